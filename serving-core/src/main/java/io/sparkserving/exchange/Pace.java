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
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** What a batch costs besides its requests is then a small part of the whole. */
  private static final int TIMES_QUICKEST = 4;

  /** How much longer the quickest is held to take with each one that takes longer. */
  private static final double FORGETTING = 1.0005;

  private static final double LEAST_SCALE = 1.0 / 16;
  private static final double RELAXING = 1.05;

  /** Requests of shares that are answered in a nanosecond; 0 if no share was answered yet. */
  @GuardedBy("this")
  private double rate;

  /** Nanoseconds of the quickest share of late, however small it was; 0 if there was none. */
  @GuardedBy("this")
  private double quickestShare;

  /** Nanoseconds of the quickest request of late that was taken alone; 0 if there was none. */
  @GuardedBy("this")
  private double quickestSingle;

  /** Below 1 where clients wait for less than what is short for the query. */
  @GuardedBy("this")
  private double scale = 1;

  Pace() {}

  /**
   * Notes that a share is answered.
   *
   * @param size number of the requests, not 0
   * @param nanos since the requests were taken
   */
  synchronized void noteShare(int size, long nanos) {
    double measured = (double) size / Math.max(1, nanos);
    boolean hasOverrun = nanos > 2 * shareNanos();
    rate = measured > rate || hasOverrun ? measured : (rate + measured) / 2;
    quickestShare = quicker(quickestShare, nanos);
    scale = Math.min(1, scale * RELAXING);
  }

  /** Notes that a request is answered that a task took alone. */
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

  /** How long a task may take for its share: at least as long as for a single request. */
  synchronized long shareNanos() {
    return (long) Math.max(scale * few(quickestShare, LEAST_SHARE_NANOS), quickestShare);
  }

  /** How long requests may wait for tasks, where some have to wait at all times. */
  synchronized long waitNanos() {
    return quickestShare > 0
        ? shareNanos()
        : (long) Math.max(scale * few(quickestSingle, LEAST_WAIT_NANOS), quickestSingle);
  }

  private static double few(double quickest, long least) {
    return Math.max(least, Math.min(TIMES_QUICKEST * quickest, MOST_NANOS));
  }

  /** How large a share may be; as large as it likes while nothing is known. */
  synchronized int shareSize() {
    return rate == 0
        ? Integer.MAX_VALUE
        : (int) Math.max(1, Math.min(Integer.MAX_VALUE, rate * shareNanos()));
  }
}
