package io.sparkserving.driver.cluster;

import io.sparkserving.server.worker.Announcement;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/**
 * Tells a coordinator of executors that Spark decommissions. Asks Spark's scheduler from a daemon
 * thread of its own, four times a second, as an idle executor exits after one second; where Spark
 * does not decommission, there is no thread.
 */
final class DecommissionWatch {
  private static final long PERIOD_MILLIS = 250;

  private final SparkContext spark;
  private final Coordinator coordinator;
  private final ScheduledExecutorService thread;

  private DecommissionWatch(SparkContext spark, Coordinator coordinator) {
    this.spark = spark;
    this.coordinator = coordinator;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            runnable -> {
              Thread daemon = new Thread(runnable, "spark-serving-decommissions");
              daemon.setDaemon(true);
              return daemon;
            });
  }

  /** Begins to watch, if there can be anything to see. */
  static Optional<DecommissionWatch> start(SparkContext spark, Coordinator coordinator) {
    if (!Decommissions.mayHappen(spark)) {
      return Optional.empty();
    }
    DecommissionWatch watch = new DecommissionWatch(spark, coordinator);
    watch.thread.scheduleWithFixedDelay(
        watch::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return Optional.of(watch);
  }

  private void look() {
    coordinator.servers().inService().stream()
        .map(Announcement::executorId)
        .distinct()
        .filter(executor -> Decommissions.isUnderWay(spark, executor))
        .forEach(coordinator::executorLeaves);
  }

  /** Ends the thread. */
  void stop() {
    thread.shutdownNow();
  }
}
