package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations by size. To record a duration costs two additions, to no memory that threads
 * share, and leaves nothing for the garbage collector. All threads may call all methods.
 */
public final class TimeHistogram {
  /** Ends of the buckets, in microseconds; the last bucket has no end. */
  private static final long[] ENDS_MICROS = {
    100,
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    30_000_000,
    60_000_000
  };

  private final LongAdder[] counts = new LongAdder[ENDS_MICROS.length + 1];
  private final LongAdder totalNanos = new LongAdder();

  /** Makes a histogram with nothing counted. */
  public TimeHistogram() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void record(long nanos) {
    counts[bucket(TimeUnit.NANOSECONDS.toMicros(nanos))].increment();
    totalNanos.add(nanos);
  }

  /** Looks from the first bucket on, as most requests are in the first few. */
  private static int bucket(long micros) {
    int bucket = 0;
    while (bucket < ENDS_MICROS.length && micros > ENDS_MICROS[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /** Ends of the buckets, in seconds. An end belongs to its bucket; the last end is infinite. */
  public static double[] endsSeconds() {
    double[] ends = new double[ENDS_MICROS.length + 1];
    for (int i = 0; i < ENDS_MICROS.length; i++) {
      ends[i] = ENDS_MICROS[i] / 1e6;
    }
    ends[ENDS_MICROS.length] = Double.POSITIVE_INFINITY;
    return ends;
  }

  /** Number of durations in each bucket. */
  public long[] counts() {
    long[] sums = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      sums[i] = counts[i].sum();
    }
    return sums;
  }

  /** Sum of all durations, in seconds. */
  public double totalSeconds() {
    return totalNanos.sum() / 1e9;
  }
}
