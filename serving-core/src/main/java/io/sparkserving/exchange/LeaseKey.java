package io.sparkserving.exchange;

import java.io.Serializable;

/**
 * Under what a task takes exchanges.
 *
 * @param batch counts the batches of one run
 * @param partition index within the batch
 */
public record LeaseKey(long batch, int partition) implements Serializable {}
