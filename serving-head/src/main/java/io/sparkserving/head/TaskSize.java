package io.sparkserving.head;

import io.sparkserving.options.ServiceConfiguration;
import org.apache.spark.SparkContext;

/** Requests travel to executors inside tasks, and Spark bounds the size of a task. */
final class TaskSize {
  private static final String LIMIT_KEY = "spark.rpc.message.maxSize";
  private static final String LIMIT_DEFAULT_MIB = "128";
  private static final long RESERVE = 2L << 20;

  private TaskSize() {}

  /**
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
