package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;

/** Counts replies that are being written, so that a service can wait for them when it closes. */
final class PendingReplies {
  @GuardedBy("this")
  private int pending;

  synchronized void begin() {
    pending++;
  }

  synchronized void end() {
    pending--;
    if (pending == 0) {
      notifyAll();
    }
  }

  /** Waits until none is pending, the time is over, or the thread is interrupted. */
  synchronized void await(long timeoutMillis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    boolean interrupted = false;
    while (pending > 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
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
