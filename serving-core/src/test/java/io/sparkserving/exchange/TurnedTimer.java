package io.sparkserving.exchange;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A timer whose time-outs come when its clock is turned, on the thread that turns it. */
public final class TurnedTimer implements Timer {
  private final TurnedClock clock;
  private final AtomicLong lastNumber = new AtomicLong();
  private final NavigableSet<TurnedTimeout> pending =
      new ConcurrentSkipListSet<>(
          Comparator.<TurnedTimeout>comparingLong(each -> each.dueNanos)
              .thenComparingLong(each -> each.number));

  public TurnedTimer(TurnedClock clock) {
    this.clock = clock;
  }

  /** Turns the clock on, and runs what is due then, the earliest first. */
  public void advance(Duration by) {
    clock.advance(by);
    for (TurnedTimeout each : pending) {
      if (each.dueNanos > clock.nanoTime()) {
        return;
      }
      each.expire();
    }
  }

  @Override
  public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
    TurnedTimeout timeout = new TurnedTimeout(task, clock.nanoTime() + unit.toNanos(delay));
    pending.add(timeout);
    return timeout;
  }

  @Override
  public Set<Timeout> stop() {
    return Set.copyOf(pending);
  }

  private final class TurnedTimeout implements Timeout {
    private final TimerTask task;
    private final long dueNanos;
    private final long number = lastNumber.incrementAndGet();
    private volatile boolean expired;
    private volatile boolean cancelled;

    private TurnedTimeout(TimerTask task, long dueNanos) {
      this.task = task;
      this.dueNanos = dueNanos;
    }

    private void expire() {
      if (!pending.remove(this)) {
        return;
      }
      expired = true;
      try {
        task.run(this);
      } catch (Exception e) {
        throw new IllegalStateException("Cannot run what is due", e);
      }
    }

    @Override
    public Timer timer() {
      return TurnedTimer.this;
    }

    @Override
    public TimerTask task() {
      return task;
    }

    @Override
    public boolean isExpired() {
      return expired;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public boolean cancel() {
      cancelled = pending.remove(this) || cancelled;
      return cancelled;
    }
  }
}
