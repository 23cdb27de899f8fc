package io.sparkserving.driver.cluster;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Which executors Spark is about to give up: it sends them no more tasks, and they exit once they
 * have none. Spark tells nobody; its scheduler knows, and is asked by name, as it is not public.
 */
final class Decommissions {
  private static final Logger LOG = LoggerFactory.getLogger(Decommissions.class);
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private Decommissions() {}

  /** Whether executors of this application can be decommissioned at all. */
  static boolean mayHappen(SparkContext spark) {
    return !spark.isLocal() && spark.getConf().getBoolean("spark.decommission.enabled", false);
  }

  /**
   * Whether an executor is being decommissioned. Waits for Spark's scheduler if that is just at
   * work. False, and said in the log once, where this Spark's scheduler has no such question.
   *
   * @param executorId Spark's
   */
  static boolean isUnderWay(SparkContext spark, String executorId) {
    if (!mayHappen(spark)) {
      return false;
    }
    try {
      Object scheduler = spark.getClass().getMethod("taskScheduler").invoke(spark);
      Object state =
          scheduler
              .getClass()
              .getMethod("getExecutorDecommissionState", String.class)
              .invoke(scheduler, executorId);
      return ((Option<?>) state).isDefined();
    } catch (ReflectiveOperationException | ClassCastException e) {
      if (TOLD.compareAndSet(false, true)) {
        LOG.warn("Executors that Spark decommissions are not drained: it cannot be asked", e);
      }
      return false;
    }
  }
}
