package io.sparkserving.driver.cluster;

import io.sparkserving.exchange.UnbrokenTask;
import io.sparkserving.server.worker.Announcement;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/**
 * Tells a coordinator of executors that Spark decommissions, or excludes. Asks Spark from a daemon
 * thread of its own, four times a second, as an idle executor exits after one second; where Spark
 * does neither, there is no thread.
 */
final class LeavingWatch {
  private static final long PERIOD_MILLIS = 250;

  private final SparkContext spark;
  private final Coordinator coordinator;
  private final ScheduledExecutorService thread;

  private LeavingWatch(SparkContext spark, Coordinator coordinator) {
    this.spark = spark;
    this.coordinator = coordinator;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            runnable -> {
              Thread daemon = new Thread(runnable, "spark-serving-leaving");
              daemon.setDaemon(true);
              return daemon;
            });
  }

  /** Begins to watch, if there can be anything to see. */
  static Optional<LeavingWatch> start(SparkContext spark, Coordinator coordinator) {
    if (!Decommissions.mayHappen(spark) && !LiveExecutors.mayBeExcluded(spark)) {
      return Optional.empty();
    }
    LeavingWatch watch = new LeavingWatch(spark, coordinator);
    watch.thread.scheduleWithFixedDelay(
        new UnbrokenTask("ask Spark for executors that leave", watch::look),
        PERIOD_MILLIS,
        PERIOD_MILLIS,
        TimeUnit.MILLISECONDS);
    return Optional.of(watch);
  }

  private void look() {
    coordinator.servers().inService().stream()
        .map(Announcement::executorId)
        .distinct()
        .filter(executor -> Decommissions.isUnderWay(spark, executor))
        .forEach(coordinator::executorLeaves);
    coordinator.excludedAre(LiveExecutors.excluded(spark));
  }

  /** Ends the thread. */
  void stop() {
    thread.shutdownNow();
  }
}
