package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests for a task whose failure cannot be told from that of tasks behind a shuffle, which
 * run at the same time. A request that has made such tasks fail comes when the task has answered
 * all that it has, and no other comes before that one is answered: if they fail again, it was that
 * one. One thread uses an object.
 */
public final class SuspectsAlone {
  /** A query may drop rows, and their requests are answered by something else. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final ExchangeQueue queue;
  private final Lease lease;
  private final NanoClock clock;
  private boolean hasSuspect;

  /**
   * @param exchanges of the server whose requests the task takes
   * @param lease of the task
   */
  public SuspectsAlone(ServerExchanges exchanges, Lease lease) {
    this.queue = exchanges.queue();
    this.clock = exchanges.clock();
    this.lease = lease;
  }

  /**
   * Takes the oldest exchange, waiting for one if need be, and for no longer than a second more
   * than necessary.
   *
   * @return null if none came in time, or the lease has ended, or its term is over
   */
  public @Nullable Exchange take(long timeoutNanos) throws InterruptedException {
    long begun = clock.nanoTime();
    if ((hasSuspect || queue.entrance().mayHaveSuspects()) && !awaitAnswers(timeoutNanos)) {
      return null;
    }
    long left = Math.max(0, timeoutNanos - (clock.nanoTime() - begun));
    Exchange taken = queue.take(lease, left);
    hasSuspect = taken != null && taken.isSuspect();
    return taken;
  }

  private boolean awaitAnswers(long timeoutNanos) throws InterruptedException {
    long begun = clock.nanoTime();
    while (lease.unanswered().stream().anyMatch(each -> !isLate(each))) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (clock.nanoTime() - begun >= timeoutNanos || lease.isEnded()) {
        return false;
      }
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
    return true;
  }

  private boolean isLate(Exchange exchange) {
    return exchange.isOverdue(PATIENCE_NANOS, clock.nanoTime());
  }
}
