package io.sparkserving.testing;

import io.sparkserving.exchange.NanoClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until somebody turns it; who sleeps on it turns it. */
public final class TurnedClock implements NanoClock {
  private final AtomicLong nanos = new AtomicLong();

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public void sleep(long slept) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("Interrupted before a sleep");
    }
    nanos.addAndGet(Math.max(0, slept));
  }

  /** Turns the clock on. */
  public void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
  }
}
