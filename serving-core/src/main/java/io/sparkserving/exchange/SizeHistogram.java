package io.sparkserving.exchange;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts sizes by the power of two that they do not exceed. To record a size costs two additions,
 * to no memory that threads share, and leaves nothing for the garbage collector. All threads may
 * call all methods.
 */
public final class SizeHistogram {
  /** The last bucket that has an end ends at two to this power. */
  private static final int MOST_POWER = 12;

  private final LongAdder[] counts = new LongAdder[MOST_POWER + 2];
  private final LongAdder total = new LongAdder();

  /** Makes a histogram with nothing counted. */
  public SizeHistogram() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void record(int size) {
    int power = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, size) - 1);
    counts[Math.min(power, MOST_POWER + 1)].increment();
    total.add(size);
  }

  /** Ends of the buckets. An end belongs to its bucket; the last end is infinite. */
  public static double[] ends() {
    double[] ends = new double[MOST_POWER + 2];
    for (int power = 0; power <= MOST_POWER; power++) {
      ends[power] = 1 << power;
    }
    ends[MOST_POWER + 1] = Double.POSITIVE_INFINITY;
    return ends;
  }

  /** Number of sizes in each bucket. */
  public long[] counts() {
    long[] sums = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      sums[i] = counts[i].sum();
    }
    return sums;
  }

  /** Number of sizes. */
  public long count() {
    long sum = 0;
    for (LongAdder count : counts) {
      sum += count.sum();
    }
    return sum;
  }

  /** Sum of all sizes. */
  public long total() {
    return total.sum();
  }
}
