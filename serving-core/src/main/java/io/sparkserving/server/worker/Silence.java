package io.sparkserving.server.worker;

import io.sparkserving.exchange.NanoClock;
import java.time.Duration;

/**
 * For how long nothing was heard of another JVM, as far as this one listened: a time in which this
 * JVM stood still, as for a garbage collection, counts for {@value #MOST_SECONDS} seconds at most.
 * Whoever waits looks at it every second. All threads may call all methods; none waits.
 */
public final class Silence {
  private static final int MOST_SECONDS = 5;
  private static final long MOST_NANOS = Duration.ofSeconds(MOST_SECONDS).toNanos();

  private final NanoClock clock;
  private long lastLook;
  private long nanos;

  /** Begins with a word that is just heard. */
  public Silence(NanoClock clock) {
    this.clock = clock;
    this.lastLook = clock.nanoTime();
  }

  /** Something was heard. */
  public synchronized void end() {
    lastLook = clock.nanoTime();
    nanos = 0;
  }

  /** Looks how long nothing has been heard by now, in whole seconds. */
  public synchronized long lookSeconds() {
    long now = clock.nanoTime();
    nanos += Math.min(now - lastLook, MOST_NANOS);
    lastLook = now;
    return Duration.ofNanos(nanos).toSeconds();
  }
}
