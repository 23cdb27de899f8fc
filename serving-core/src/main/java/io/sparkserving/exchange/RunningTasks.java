package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tasks of micro-batches that work on requests of one server, and take more as they come. All
 * threads may call all methods.
 */
public final class RunningTasks {
  /** How long a batch goes on though requests gather in a stage for which others have tasks. */
  private static final long GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicLong haste = new AtomicLong();
  private volatile Runnable told = () -> {};

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
    told.run();
  }

  /** Sets who is told of {@link #hurry}, on the thread that calls it; must not block. */
  void onHurry(Runnable listener) {
    told = listener;
  }

  /** What to ask {@link #isHurried} with for tasks that begin now. */
  long haste() {
    return haste.get();
  }

  /** Whether a task shall take no more; {@code begun} is what {@link #begin} returned to it. */
  public boolean isHurried(long begun) {
    return haste.get() != begun;
  }

  /**
   * Whether requests wait for tasks that a batch does not have.
   *
   * @param tasks how many tasks of the batch run
   * @param mostTasks how many it would have if many requests waited
   * @param waiting how many requests wait
   * @param held how many rows a stage of the asking task has
   * @param ageNanos since when the batch runs
   */
  public static boolean isOverrun(int tasks, int mostTasks, int waiting, long held, long ageNanos) {
    if (tasks >= mostTasks) {
      return false;
    }
    // A stage takes together what has gathered, so a few more are no reason for haste.
    return held > 0 ? held > tasks && ageNanos >= GATHERING_NANOS : waiting > tasks;
  }
}
