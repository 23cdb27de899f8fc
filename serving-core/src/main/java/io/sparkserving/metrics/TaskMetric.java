package io.sparkserving.metrics;

import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/**
 * The share of one task in a metric of the SQL tab.
 *
 * @param name name of the metric
 * @param value what the task has counted so far
 */
public record TaskMetric(String name, long value) implements CustomTaskMetric {}
