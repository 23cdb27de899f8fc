package io.sparkserving.continuous;

import org.apache.spark.sql.connector.read.streaming.PartitionOffset;

/**
 * The number of requests that a reader has delivered.
 *
 * @param partition of the reader
 * @param delivered requests that the reader has given since the reader began
 */
record DeliveredOffset(int partition, long delivered) implements PartitionOffset {}
