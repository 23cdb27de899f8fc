package io.sparkserving.operations.metrics;

import io.micrometer.core.instrument.Tags;
import io.sparkserving.metrics.ServingMeters;
import org.apache.spark.SparkEnv;

/** What is said with every number. */
final class ServingLabels {
  private static final String DRIVER = "driver";

  private ServingLabels() {}

  /** Those of a service in this JVM. */
  static Tags of(String service) {
    SparkEnv spark = SparkEnv.get();
    return Tags.of(
        ServingMeters.SERVICE,
        service,
        ServingMeters.EXECUTOR,
        spark == null ? DRIVER : spark.executorId());
  }
}
