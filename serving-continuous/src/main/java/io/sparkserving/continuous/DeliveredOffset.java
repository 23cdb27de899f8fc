package io.sparkserving.continuous;

import org.apache.spark.sql.connector.read.streaming.PartitionOffset;

/**
 * How far a reader is.
 *
 * @param partition of the reader
 * @param delivered how many requests it has given since it began
 */
record DeliveredOffset(int partition, long delivered) implements PartitionOffset {}
