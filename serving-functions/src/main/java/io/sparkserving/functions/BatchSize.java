package io.sparkserving.functions;

import java.util.concurrent.TimeUnit;

/**
 * How many rows a batch may have: as many as the function answers in a time that is short for it,
 * so that what waits beyond that waits where it can still be refused. What a batch costs whatever
 * its size, and what each of its rows costs, is a straight line through the batches of late. A
 * function that takes as long for many rows as for one gets more and more of them. Used under the
 * lock of its batches.
 */
final class BatchSize {
  private static final int FIRST = 16;
  private static final double LEAST_SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How many times as long as for one row alone is short. */
  private static final int TIMES_SINGLE = 3;

  private static final double KEEPING = 0.95;
  private static final double LEAST_VARIANCE = 0.1;

  private final int most;
  private int limit;

  private double weight;
  private double rows;
  private double nanos;
  private double squares;
  private double products;

  /**
   * Begins to know nothing of a function.
   *
   * @param most number of rows that the function takes at once, positive
   */
  BatchSize(int most) {
    this.most = most;
    this.limit = Math.min(most, FIRST);
  }

  int limit() {
    return limit;
  }

  /** Notes that a batch of so many rows took so long. */
  void note(int size, long took) {
    weight = KEEPING * weight + 1;
    rows = KEEPING * rows + size;
    nanos = KEEPING * nanos + took;
    squares = KEEPING * squares + (double) size * size;
    products = KEEPING * products + (double) size * took;
    double variance = squares / weight - rows / weight * (rows / weight);
    if (variance > LEAST_VARIANCE) {
      fit((products / weight - rows / weight * (nanos / weight)) / variance, size);
    } else if (took <= LEAST_SHORT_NANOS) {
      allow(Math.max(limit, 2.0 * size), size);
    } else {
      // Whether smaller ones would be quicker can be seen from smaller ones only.
      limit = Math.max(1, limit / 2);
    }
  }

  private void fit(double slope, int size) {
    double eachRow = Math.max(0, Math.min(slope, nanos / rows));
    double eachBatch = (nanos - eachRow * rows) / weight;
    double shortNanos = Math.max(LEAST_SHORT_NANOS, TIMES_SINGLE * (eachBatch + eachRow));
    allow((shortNanos - eachBatch) / eachRow, size);
  }

  /** No more than twice as many as there were, since nothing is known of many more. */
  private void allow(double wanted, int size) {
    double known = size < limit ? limit : 2.0 * size;
    limit = (int) Math.max(1, Math.min(most, Math.min(known, wanted)));
  }
}
