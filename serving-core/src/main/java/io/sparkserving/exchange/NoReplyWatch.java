package io.sparkserving.exchange;

import io.netty.util.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ends requests that the query has had for as long as {@code noReplyAfter} allows without a reply.
 * Looks at all leases every so often, on the timer's thread, as a timer for each request would cost
 * every request something. A request is ended within a quarter more of the time, or a second.
 */
final class NoReplyWatch {
  private static final long SHORTEST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;

  private final long afterNanos;
  private final long pauseMillis;
  private final Leases leases;
  private final Timer timer;
  private final NanoClock clock;
  private final BooleanSupplier isOver;

  private NoReplyWatch(
      Duration after, Leases leases, Timer timer, NanoClock clock, BooleanSupplier isOver) {
    this.afterNanos = after.toNanos();
    this.pauseMillis =
        Math.min(LONGEST_PAUSE_MILLIS, Math.max(SHORTEST_PAUSE_MILLIS, after.toMillis() / 4));
    this.leases = leases;
    this.timer = timer;
    this.clock = clock;
    this.isOver = isOver;
  }

  /**
   * Begins to watch, unless the time is zero.
   *
   * @param isOver whether there is nothing to watch any more
   */
  static void begin(
      Duration after, Leases leases, Timer timer, NanoClock clock, BooleanSupplier isOver) {
    if (!after.isZero()) {
      new NoReplyWatch(after, leases, timer, clock, isOver).pause();
    }
  }

  private void pause() {
    timer.newTimeout(fired -> look(), pauseMillis, TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (!isOver.getAsBoolean()) {
      try {
        leases.settleOverdue(afterNanos, clock.nanoTime());
      } finally {
        pause();
      }
    }
  }
}
