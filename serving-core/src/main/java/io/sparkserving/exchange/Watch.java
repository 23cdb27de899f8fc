package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/**
 * To look for the next request for a moment before sleeping, as to be woken takes longer than all
 * the rest of a request's way. That is worth it where the last one came soon, and one thread does
 * it at a time. Every method is called with the queue's lock held.
 */
final class Watch {
  /** With a single core, whoever watched would keep from running what it watches for. */
  static final boolean IS_POSSIBLE = Runtime.getRuntime().availableProcessors() > 1;

  private static final long NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final Lock lock;
  private boolean kept;
  private boolean cameSoon;

  /** Since when a connection was watched in vain; 0 if a request has been waited for since. */
  private long inVainSince;

  Watch(Lock lock) {
    this.lock = lock;
  }

  /** Whether a thread watches, and is to be left to find what comes. */
  boolean isKept() {
    return kept;
  }

  boolean isWorthIt() {
    return cameSoon && !kept && IS_POSSIBLE;
  }

  /**
   * Watches, without the lock.
   *
   * @param found whether there is something; called many times
   * @return whether there was, in time
   */
  boolean keep(BooleanSupplier found) {
    kept = true;
    lock.unlock();
    try {
      long start = System.nanoTime();
      while (!found.getAsBoolean()) {
        if (System.nanoTime() - start > NANOS) {
          return false;
        }
        Thread.onSpinWait();
      }
      return true;
    } finally {
      lock.lock();
      kept = false;
    }
  }

  /**
   * As {@link #keep}, by a thread that has just answered and will wait for a request if none is
   * found.
   */
  void keepAfterReply(BooleanSupplier found) {
    long start = System.nanoTime();
    cameSoon = keep(found);
    inVainSince = cameSoon ? 0 : start;
  }

  /** A thread has waited for a request, watching or asleep. */
  void noteWaited(long since) {
    long quietSince = inVainSince == 0 ? since : inVainSince;
    cameSoon = System.nanoTime() - quietSince < NANOS;
    inVainSince = 0;
  }
}
