package io.sparkserving.task.source;

import io.sparkserving.exchange.JournalRange;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * Requests that a task computes again, from a journal.
 *
 * @param range which
 */
public record ReplayPartition(JournalRange range) implements InputPartition {}
