package io.sparkserving.exchange;

import java.io.Serializable;

/**
 * The key under which a task takes exchanges.
 *
 * @param term in which the task's query takes requests
 * @param batch counts the batches of one query
 * @param partition index within the batch
 */
public record LeaseKey(long term, long batch, int partition) implements Serializable {
  /** Before the keys of partitions there is one more, of all requests of a batch. */
  private static final int FIRST_OF_MORE = -2;

  /** The key under which the same task takes exchanges beyond its share, where that is another. */
  public LeaseKey ofMore() {
    return new LeaseKey(term, batch, FIRST_OF_MORE - partition);
  }
}
