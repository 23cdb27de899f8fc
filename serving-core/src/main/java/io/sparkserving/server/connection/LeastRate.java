package io.sparkserving.server.connection;

import java.time.Duration;
import org.eclipse.jetty.util.NanoTime;

/**
 * The rate at which bytes of a body must come, on average, once some time has gone by. A client
 * that sends nothing at all is the idle time-out's matter. For one thread at a time.
 */
public final class LeastRate {
  private static final long BYTES_PER_SECOND = 500;

  private final long begin = NanoTime.now();
  private final long graceNanos;

  /**
   * Begins to count now.
   *
   * @param grace time in which any rate will do
   */
  public LeastRate(Duration grace) {
    this.graceNanos = grace.toNanos();
  }

  /** Whether fewer bytes have come than should. */
  public boolean isMissed(long bytes) {
    long nanos = NanoTime.since(begin);
    return nanos > graceNanos && bytes < nanos / 1_000_000_000.0 * BYTES_PER_SECOND;
  }
}
