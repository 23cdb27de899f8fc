package io.sparkserving.metrics;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/**
 * The bytes of request bodies that a scan has read, a metric of the SQL tab. Spark makes it by its
 * class name.
 */
public final class RequestBytesMetric extends CustomSumMetric {
  /** The name under which tasks report their share. */
  public static final String NAME = "requestBytes";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "bytes of request bodies";
  }
}
