package io.sparkserving.metrics;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/**
 * The replies that a write has sent to other JVMs, a metric of the SQL tab. Spark makes it by its
 * class name.
 */
public final class RoutedRepliesMetric extends CustomSumMetric {
  /** The name under which tasks report their share. */
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
