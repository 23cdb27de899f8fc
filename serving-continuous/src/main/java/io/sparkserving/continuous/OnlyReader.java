package io.sparkserving.continuous;

import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.task.source.TaskRequests;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.TaskContext;

/** Tells whether nobody but one task reads a partition, which the task's sink says. */
final class OnlyReader {
  /** A thread that reads ahead, as for Python, may begin before the sink is there. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final TaskContext task;
  private final int readers;
  private final Lease lease;
  private final NanoClock clock;

  /**
   * @param readers how many readers the batch has
   * @param lease of the partition; its share is kept no longer once the task is its only reader
   */
  OnlyReader(TaskContext task, int readers, Lease lease, NanoClock clock) {
    this.task = task;
    this.readers = readers;
    this.lease = lease;
    this.clock = clock;
  }

  /** Whether it is known by now that the task is the only reader. */
  boolean isKnown() {
    boolean known = TaskRequests.answersByItself(task, readers);
    if (known) {
      lease.share().forget();
    }
    return known;
  }

  /** As {@link #isKnown}, and waits a moment for the sink if that could make it so. */
  boolean isSoon() {
    long begun = clock.nanoTime();
    boolean known = isKnown();
    while (!known
        && task.numPartitions() == readers
        && clock.nanoTime() - begun < PATIENCE_NANOS
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      known = isKnown();
    }
    return known;
  }
}
