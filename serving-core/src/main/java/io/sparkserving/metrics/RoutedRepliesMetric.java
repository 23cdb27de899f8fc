package io.sparkserving.metrics;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** Of a write, in the SQL tab; Spark makes it by its name. */
public final class RoutedRepliesMetric extends CustomSumMetric {
  public static final String NAME = "routedReplies";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "replies sent to other JVMs";
  }
}
