package io.sparkserving.metrics;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/**
 * The requests that a scan has read again from a journal, a metric of the SQL tab. Spark makes it
 * by its class name.
 */
public final class ReplayedRequestsMetric extends CustomSumMetric {
  /** The name under which tasks report their share. */
  public static final String NAME = "replayedRequests";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "requests of a journal, whose replies go nowhere";
  }
}
