package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts replies that are being written, so that a server can wait for them when it closes. Threads
 * that write replies do not meet here, unless somebody waits.
 */
final class PendingReplies {
  private final NanoClock clock;

  private final LongAdder begun = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private volatile boolean isAwaited;

  PendingReplies(NanoClock clock) {
    this.clock = clock;
  }

  void begin() {
    begun.increment();
  }

  void end() {
    ended.increment();
    if (isAwaited) {
      wake();
    }
  }

  private synchronized void wake() {
    notifyAll();
  }

  private boolean arePending() {
    // In this order: what begins or ends in between can only make too many of them.
    long before = ended.sum();
    return begun.sum() > before;
  }

  /** Waits until no reply is pending or the time is over. An interrupt is kept for afterwards. */
  synchronized void await(long timeoutMillis) {
    long deadline = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    boolean interrupted = false;
    // First, so that whoever ends one after the look below wakes this thread.
    isAwaited = true;
    while (arePending()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - clock.nanoTime());
      if (left <= 0) {
        break;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        // A query is stopped by interrupting its thread, which is the one that waits here.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
