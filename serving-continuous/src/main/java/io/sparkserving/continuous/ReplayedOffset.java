package io.sparkserving.continuous;

import org.apache.spark.sql.connector.read.streaming.PartitionOffset;

/**
 * How much a task has read of a journal.
 *
 * @param requests that were read
 * @param isWhole whether there is nothing more to read
 */
record ReplayedOffset(long requests, boolean isWhole) implements PartitionOffset {}
