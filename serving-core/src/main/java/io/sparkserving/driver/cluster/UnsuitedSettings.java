package io.sparkserving.driver.cluster;

import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settings of Spark that do a service with servers on executors no good. */
final class UnsuitedSettings {
  private static final Logger LOG = LoggerFactory.getLogger(UnsuitedSettings.class);

  private UnsuitedSettings() {}

  /** Logs a warning for each of them that is set. */
  static void warn(SparkConf settings, String service) {
    if (settings.getBoolean("spark.speculation", false)) {
      LOG.warn(
          "Service '{}': spark.speculation starts second copies of tasks that last, as those of a"
              + " service do. They take cores and answer nothing sooner. Set it to false.",
          service);
    }
    if (settings.getBoolean("spark.dynamicAllocation.enabled", false)
        && settings.getInt("spark.dynamicAllocation.minExecutors", 0) == 0) {
      LOG.warn(
          "Service '{}': spark.dynamicAllocation takes executors away that run no tasks, and their"
              + " servers with them. Set spark.dynamicAllocation.minExecutors to as many as are to"
              + " serve, or spark.dynamicAllocation.enabled to false.",
          service);
    }
  }
}
