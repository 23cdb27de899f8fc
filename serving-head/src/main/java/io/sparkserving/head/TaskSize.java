package io.sparkserving.head;

import io.sparkserving.options.ServiceConfiguration;
import org.apache.spark.SparkContext;

/** Checks sizes against the task in which requests travel to an executor, which Spark bounds. */
final class TaskSize {
  private static final String LIMIT_KEY = "spark.rpc.message.maxSize";
  private static final String LIMIT_DEFAULT_MIB = "128";
  private static final long RESERVE = 2L << 20;

  private TaskSize() {}

  /**
   * Checks option {@code maxBodySize}.
   *
   * @throws IllegalArgumentException if a body may be larger than a task that carries it
   */
  static void check(ServiceConfiguration configuration, SparkContext spark) {
    if (spark.isLocal()) {
      return;
    }
    long limit = Long.parseLong(spark.conf().get(LIMIT_KEY, LIMIT_DEFAULT_MIB)) << 20;
    if (configuration.maxBodySize() > limit - RESERVE) {
      throw new IllegalArgumentException(
          "Invalid value '%d' for option 'maxBodySize': expected at most %d, since requests travel"
                  .formatted(configuration.maxBodySize(), limit - RESERVE)
              + " in tasks, which "
              + LIMIT_KEY
              + " bounds. Raise that setting, or lower the option.");
    }
  }
}
