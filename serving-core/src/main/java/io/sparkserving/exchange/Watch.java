package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/**
 * Looks for the next request for a moment before its thread sleeps, as to be woken takes longer
 * than all the rest of a request's way. A watch is worth it where the last request came soon, and
 * one thread watches at a time. Every method is called with the queue's lock held.
 */
final class Watch {
  /** With a single core, whoever watched would keep from running what it watches for. */
  static final boolean IS_POSSIBLE = Runtime.getRuntime().availableProcessors() > 1;

  private static final long NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final Lock lock;
  private final NanoClock clock;
  private boolean kept;
  private boolean cameSoon;

  /** When a watch of a connection in vain began; 0 if a thread has waited for a request since. */
  private long inVainSince;

  Watch(Lock lock, NanoClock clock) {
    this.lock = lock;
    this.clock = clock;
  }

  /** Whether a thread watches, and is to be left to find what comes. */
  boolean isKept() {
    return kept;
  }

  /** Whether a request is likely to come soon, and no other thread watches for it. */
  boolean isWorthIt() {
    return cameSoon && !kept && IS_POSSIBLE;
  }

  /**
   * Watches, without the lock.
   *
   * @param found whether a request has come; called many times
   * @return whether a request came in time
   */
  boolean keep(BooleanSupplier found) {
    kept = true;
    lock.unlock();
    try {
      long start = clock.nanoTime();
      while (!found.getAsBoolean()) {
        if (clock.nanoTime() - start > NANOS) {
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
   * Watches as {@link #keep} does, on a thread that has just answered a request and will wait for
   * the next one if none is found.
   */
  void keepAfterReply(BooleanSupplier found) {
    long start = clock.nanoTime();
    cameSoon = keep(found);
    inVainSince = cameSoon ? 0 : start;
  }

  /** Notes that a thread has waited for a request, watching or asleep. */
  void noteWaited(long since) {
    long quietSince = inVainSince == 0 ? since : inVainSince;
    cameSoon = clock.nanoTime() - quietSince < NANOS;
    inVainSince = 0;
  }
}
