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
   * Notes that a task has got requests.
   *
   * @return what to ask {@link #isHurried} with
   */
  public long begin() {
    running.incrementAndGet();
    return haste.get();
  }

  /** Notes that a task has ended. */
  public void end() {
    running.decrementAndGet();
  }

  /** Number of running tasks. */
  public int count() {
    return running.get();
  }

  /** Tells the running tasks to take no more: there is work that only another batch does. */
  public void hurry() {
    haste.incrementAndGet();
  }

  /** Whether a task shall take no more; {@code begun} is what {@link #begin} returned to it. */
  public boolean isHurried(long begun) {
    return haste.get() != begun;
  }
}
