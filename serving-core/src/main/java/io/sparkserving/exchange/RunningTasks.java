package io.sparkserving.exchange;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tasks of micro-batches that work on requests of one server, and take more as they come. All
 * threads may call all methods.
 */
public final class RunningTasks {
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicLong haste = new AtomicLong();

  RunningTasks() {}

  /**
   * A task has got requests.
   *
   * @return what to ask {@link #isHurried} with
   */
  public long begin() {
    running.incrementAndGet();
    return haste.get();
  }

  /** That task has ended. */
  public void end() {
    running.decrementAndGet();
  }

  /** How many there are. */
  public int count() {
    return running.get();
  }

  /** Those that run now shall take no more: there is work that only another batch does. */
  public void hurry() {
    haste.incrementAndGet();
  }

  /** Whether a task shall take no more. */
  public boolean isHurried(long begun) {
    return haste.get() != begun;
  }
}
