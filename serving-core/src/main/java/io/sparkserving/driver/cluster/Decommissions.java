package io.sparkserving.driver.cluster;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Tells which executors Spark decommissions: Spark sends such an executor no more tasks, and the
 * executor exits once it has none. Spark tells nobody; its scheduler knows, and is asked by name,
 * as the class is not public.
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
   * work. Where this Spark's scheduler cannot be asked, the answer is false, and the log says so
   * once.
   *
   * @param executorId Spark's id of the executor
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
