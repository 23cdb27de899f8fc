package io.sparkserving.operations.metrics;

import io.micrometer.core.instrument.Tags;
import io.sparkserving.metrics.ServingMeters;
import org.apache.spark.SparkEnv;

/** The labels that every number has. */
final class ServingLabels {
  private static final String DRIVER = "driver";

  private ServingLabels() {}

  /** Returns the labels of a service in this JVM. */
  static Tags of(String service) {
    SparkEnv spark = SparkEnv.get();
    return Tags.of(
        ServingMeters.SERVICE,
        service,
        ServingMeters.EXECUTOR,
        spark == null ? DRIVER : spark.executorId());
  }
}
