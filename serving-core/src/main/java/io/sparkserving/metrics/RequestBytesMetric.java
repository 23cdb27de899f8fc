package io.sparkserving.metrics;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** Of a scan, in the SQL tab; Spark makes it by its name. */
public final class RequestBytesMetric extends CustomSumMetric {
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
