package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;

/** Counts replies that are being written, so that a server can wait for them when it closes. */
final class PendingReplies {
  private final NanoClock clock;

  @GuardedBy("this")
  private int pending;

  PendingReplies(NanoClock clock) {
    this.clock = clock;
  }

  synchronized void begin() {
    pending++;
  }

  synchronized void end() {
    pending--;
    if (pending == 0) {
      notifyAll();
    }
  }

  /** Waits until no reply is pending or the time is over. An interrupt is kept for afterwards. */
  synchronized void await(long timeoutMillis) {
    long deadline = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    boolean interrupted = false;
    while (pending > 0) {
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
