package io.sparkserving.exchange;

import io.netty.util.Timer;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Ends requests that wait for too long. Looks at all that are open when the first of them is due,
 * on the timer's thread, as a timer for each request would cost every request something, and would
 * keep the request's body for a while after the answer.
 */
final class TimeOuts {
  private static final long NONE = Long.MAX_VALUE;

  /** How long the timer keeps a server that is no longer there. */
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Collection<Exchange> open;
  private final Consumer<Exchange> end;
  private final Timer timer;
  private final NanoClock clock;
  private final long start;

  /** When to look next, in nanoseconds since the start; {@link #NONE} while nothing is open. */
  private final AtomicLong next = new AtomicLong(NONE);

  /**
   * Begins with nothing to look at.
   *
   * @param open what is not answered yet; any thread may change it
   * @param end answers an exchange whose time is over
   */
  TimeOuts(Collection<Exchange> open, Consumer<Exchange> end, Timer timer, NanoClock clock) {
    this.open = open;
    this.end = end;
    this.timer = timer;
    this.clock = clock;
    this.start = clock.nanoTime();
  }

  /** Has an exchange ended when its time is over; it must be among the open ones already. */
  void watch(Exchange exchange) {
    lookAt(due(exchange));
  }

  private long due(Exchange exchange) {
    return exchange.arrivedNanos() - start + exchange.timeoutNanos();
  }

  private void lookAt(long due) {
    long planned = next.get();
    if (due >= planned) {
      return;
    }
    long now = clock.nanoTime() - start;
    long look = Math.min(due, now + LONGEST_PAUSE_NANOS);
    while (look < planned) {
      if (next.compareAndSet(planned, look)) {
        timer.newTimeout(fired -> look(look), Math.max(0, look - now), TimeUnit.NANOSECONDS);
        return;
      }
      planned = next.get();
    }
  }

  /** Does nothing if there is an earlier look by now, or was one. */
  private void look(long planned) {
    // First, so that whoever comes while this looks plans the next one.
    if (!next.compareAndSet(planned, NONE)) {
      return;
    }
    try {
      long now = clock.nanoTime() - start;
      for (Exchange exchange : open) {
        if (due(exchange) <= now) {
          end.accept(exchange);
        }
      }
    } finally {
      open.stream().mapToLong(this::due).min().ifPresent(this::lookAt);
    }
  }
}
