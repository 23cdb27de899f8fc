package io.sparkserving.metrics;

import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/**
 * What a task has to say for a metric of the SQL tab.
 *
 * @param name of the metric
 * @param value so far
 */
public record TaskMetric(String name, long value) implements CustomTaskMetric {}
