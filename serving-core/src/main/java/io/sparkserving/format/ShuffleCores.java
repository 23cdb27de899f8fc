package io.sparkserving.format;

import io.sparkserving.exchange.NanoClock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a real-time query with a shuffle begins only where all of its tasks have a core:
 * they run at the same time. Called on the query's thread, before the tasks of a batch begin.
 */
final class ShuffleCores {
  private static final Logger LOG = LoggerFactory.getLogger(ShuffleCores.class);
  private static final String SLOT_CHECK = "spark.scheduler.pipelinedGroup.slotCheck.enabled";
  private static final String PATIENCE = "spark.scheduler.maxRegisteredResourcesWaitingTime";
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** What was said, so that it is not said again with each batch. A per-JVM set. */
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private final String service;
  private final IntSupplier cores;
  private final NanoClock clock;

  /**
   * @param service that the query replies to
   * @param cores how many tasks Spark can run at once, now
   */
  ShuffleCores(String service, IntSupplier cores, NanoClock clock) {
    this.service = service;
    this.cores = cores;
    this.clock = clock;
  }

  /** For a query of this Spark. */
  static ShuffleCores of(String service, SparkContext spark) {
    return new ShuffleCores(
        service,
        () -> spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile()),
        NanoClock.SYSTEM);
  }

  /**
   * Waits until there are cores for all tasks, for as long as Spark waits for its executors.
   *
   * @param readers tasks before the first shuffle
   * @param behind tasks behind shuffles, all together
   * @throws IllegalStateException if there are fewer cores, unless Spark is told not to look
   */
  void await(int readers, int behind, SparkConf settings) {
    int needed = readers + behind;
    int found = settled(needed, settings);
    if (TOLD.add(service + " " + needed + " " + found)) {
      LOG.info(
          "Service '{}' has a shuffle in real time: its {} tasks run at the same time, {} that read"
              + " requests and {} behind shuffles, each on a core of its own. There are {}.",
          service,
          needed,
          readers,
          behind,
          found);
    }
    if (found >= needed) {
      return;
    }
    String problem =
        ("Too few cores for service '%s': with a shuffle in real time, as state by key needs one,"
                + " all of its tasks run at the same time, %d that read requests (option numPartitions) and %d behind shuffles"
                + " (spark.sql.shuffle.partitions). That takes %d cores, and there are %d. Set both"
                + " so that together they are no more than that, or add cores.")
            .formatted(service, readers, behind, needed, found);
    if (settings.getBoolean(SLOT_CHECK, true)) {
      throw new IllegalStateException(problem);
    }
    LOG.warn("{} Nothing is answered before there are as many.", problem);
  }

  /** How many cores there are when there are enough, or no more come in time. */
  private int settled(int needed, SparkConf settings) {
    long patience =
        settings.get("spark.master", "").startsWith("local[")
            ? 0
            : TimeUnit.SECONDS.toNanos(settings.getTimeAsSeconds(PATIENCE, "30s"));
    long begun = clock.nanoTime();
    int found = cores.getAsInt();
    while (found < needed && clock.nanoTime() - begun < patience) {
      try {
        clock.sleep(LOOK_NANOS);
      } catch (InterruptedException e) {
        // The query is being stopped, and looks at this flag.
        Thread.currentThread().interrupt();
        return found;
      }
      found = cores.getAsInt();
    }
    return found;
  }
}
