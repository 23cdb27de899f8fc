package io.sparkserving.exchange;

import java.io.Serializable;

/**
 * The key under which a task takes exchanges.
 *
 * @param term in which the task's query takes requests
 * @param batch counts the batches of one query
 * @param partition index within the batch
 */
public record LeaseKey(long term, long batch, int partition) implements Serializable {}
