package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;

/** A clock that tells how long things take, and on which threads sleep. Tests turn their own. */
@FunctionalInterface
public interface NanoClock {
  /** The clock of {@link System#nanoTime}. */
  NanoClock SYSTEM = System::nanoTime;

  /** Nanoseconds since a moment that stays the same; only differences of two readings count. */
  long nanoTime();

  /**
   * Lets the current thread sleep until so much time has passed on this clock.
   *
   * @param nanos not at all if 0 or negative
   * @throws InterruptedException if the thread is told not to wait
   */
  default void sleep(long nanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanos);
  }
}
