package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;

/**
 * How fast the tasks of a server's query have answered what they took, and what follows of it: how
 * large a task's share of the waiting requests may be, and how long requests may wait. All threads
 * may call all methods.
 */
final class Pace {
  private static final long LEAST_SHARE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LEAST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Clients that leave sooner do not wait for less: they are gone for reasons of their own. */
  private static final long LEAST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** What a batch costs besides its requests is then a small part of the whole. */
  private static final int TIMES_QUICKEST = 4;

  /** How much longer the quickest is held to take with each one that takes longer. */
  static final double FORGETTING = 1.0005;

  private static final double LEAST_SCALE = 1.0 / 16;
  private static final double RELAXING = 1.05;

  /** Requests of shares that are answered in a nanosecond; 0 if no share was answered yet. */
  @GuardedBy("this")
  private double rate;

  /**
   * Nanoseconds in which the quickest share of late was answered, however small it was, from the
   * arrival of its first request; 0 if there was none.
   */
  @GuardedBy("this")
  private double quickestShare;

  /** Nanoseconds of the quickest request of late that was taken alone; 0 if there was none. */
  @GuardedBy("this")
  private double quickestSingle;

  /** Below 1 where clients wait for less than what is short for the query. */
  @GuardedBy("this")
  private double scale = 1;

  @GuardedBy("this")
  private long lastSample;

  Pace() {}

  /** Has it measured, now and then, how long a task needs for a request that it took alone. */
  synchronized void sample(Exchange taken) {
    if (taken.takenNanos() - lastSample > SAMPLE_NANOS) {
      lastSample = taken.takenNanos();
      taken.markAsSample();
    }
  }

  /**
   * Notes that a share is answered.
   *
   * @param size number of the requests, not 0
   * @param nanos since the requests were taken
   * @param wholeNanos since the first of the requests had arrived, which may have had to wait for a
   *     batch to be planned
   */
  synchronized void noteShare(int size, long nanos, long wholeNanos) {
    double measured = (double) size / Math.max(1, nanos);
    boolean hasOverrun = nanos > 2 * shareNanos();
    rate = measured > rate || hasOverrun ? measured : (rate + measured) / 2;
    quickestShare = quicker(quickestShare, wholeNanos);
    scale = Math.min(1, scale * RELAXING);
  }

  /**
   * Notes that a request is answered that a task took alone.
   *
   * @param nanos since the task had nothing else to answer
   */
  synchronized void noteSingle(long nanos) {
    quickestSingle = quicker(quickestSingle, nanos);
    scale = Math.min(1, scale * RELAXING);
  }

  private static double quicker(double before, long nanos) {
    return before == 0 ? nanos : Math.min(nanos, before * FORGETTING);
  }

  /** Notes that clients have not waited for as long as requests do. */
  synchronized void shorten() {
    scale = Math.max(LEAST_SCALE, scale / 2);
  }

  /** How long the query takes at its best; 0 if nothing is known. */
  synchronized long quickestNanos() {
    return (long) (quickestShare > 0 ? quickestShare : quickestSingle);
  }

  /** How long requests may wait where clients are patient. */
  synchronized long unhurriedNanos() {
    return quickestShare > 0
        ? (long) few(quickestShare, LEAST_SHARE_NANOS)
        : (long) few(quickestSingle, LEAST_WAIT_NANOS);
  }

  /** How long a task may take for its share: at least as long as for a single request. */
  synchronized long shareNanos() {
    return scaled(few(quickestShare, LEAST_SHARE_NANOS), quickestShare);
  }

  /** How long requests may wait for tasks, where some have to wait at all times. */
  synchronized long waitNanos() {
    return quickestShare > 0
        ? shareNanos()
        : scaled(few(quickestSingle, LEAST_WAIT_NANOS), quickestSingle);
  }

  @GuardedBy("this")
  private long scaled(double nanos, double quickest) {
    double least = Math.max(quickest, Math.min(nanos, LEAST_PATIENCE_NANOS));
    return (long) Math.max(scale * nanos, least);
  }

  private static double few(double quickest, long least) {
    return Math.max(least, Math.min(TIMES_QUICKEST * quickest, MOST_NANOS));
  }

  /** How many requests a task that answers one by one is sure to answer soon. */
  synchronized int soonAnswered() {
    return quickestSingle == 0
        ? Integer.MAX_VALUE
        : (int) Math.min(Integer.MAX_VALUE, SOON_NANOS / quickestSingle);
  }

  /** How large a share may be; as large as it likes while nothing is known. */
  synchronized int shareSize() {
    return rate == 0
        ? Integer.MAX_VALUE
        : (int) Math.max(1, Math.min(Integer.MAX_VALUE, rate * shareNanos()));
  }
}
