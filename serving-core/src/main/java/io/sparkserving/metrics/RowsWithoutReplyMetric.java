package io.sparkserving.metrics;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/**
 * The rows without id or reply that a write has met, a metric of the SQL tab. Spark makes it by its
 * class name.
 */
public final class RowsWithoutReplyMetric extends CustomSumMetric {
  /** The name under which tasks report their share. */
  public static final String NAME = "rowsWithoutReply";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "rows without id or reply";
  }
}
