package io.sparkserving.functions;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.NanoClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a task on their way to a function, in order. At most one batch is under way; rows
 * that come meanwhile make up the next one. The thread that reads the task's input offers rows, the
 * task's thread takes what came of them; whichever of the two is told to send a batch, sends it,
 * without the lock.
 */
final class RowBatches {
  /** What the task's thread is to do next. */
  sealed interface Next {
    /** To receive the batch that was sent. */
    record Receive(List<Row> rows) implements Next {}

    /** To send a batch, and to receive it. */
    record Send(List<Row> rows) implements Next {}

    /** To end, as all rows are through; or to fail, for the reason for which the input has. */
    record End(@Nullable Throwable failure) implements Next {}

    /** To look whether the task is to end, and to ask again. */
    record Look() implements Next {}
  }

  private static final long LOOK_MILLIS = 100;

  private final long maxWaitNanos;
  private final NanoClock clock;

  @GuardedBy("this")
  private final BatchSize size;

  @GuardedBy("this")
  private final Deque<Row> waiting = new ArrayDeque<>();

  /** When the first of those that wait came. */
  @GuardedBy("this")
  private long waitingSince;

  /** The batch that somebody sends, or has sent; empty if there is none. */
  @GuardedBy("this")
  private List<Row> underWay = List.of();

  @GuardedBy("this")
  private boolean isSent;

  @GuardedBy("this")
  private long sentAt;

  /** How long the batch took that was received last. */
  @GuardedBy("this")
  private long tookNanos;

  @GuardedBy("this")
  private boolean hasEnded;

  @GuardedBy("this")
  private @Nullable Throwable failure;

  RowBatches(int maxBatch, long maxWaitNanos, NanoClock clock) {
    this.maxWaitNanos = maxWaitNanos;
    this.clock = clock;
    this.size = new BatchSize(maxBatch);
  }

  /** Adds a row; returns the batch that the caller has to send, or an empty list. */
  synchronized List<Row> offer(Row row) {
    if (waiting.isEmpty()) {
      waitingSince = clock.nanoTime();
    }
    waiting.addLast(row);
    return underWay.isEmpty() && isDue() ? begin() : List.of();
  }

  /** Waits until there is room for another row; false if none is wanted any more. */
  synchronized boolean awaitRoom() throws InterruptedException {
    while (!hasEnded && waiting.size() >= size.limit()) {
      wait(LOOK_MILLIS);
    }
    return !hasEnded;
  }

  /** Notes that the batch which is under way was sent. */
  synchronized void noteSent() {
    isSent = true;
    sentAt = clock.nanoTime();
    notifyAll();
  }

  /** Notes that no more rows come, or are wanted. */
  synchronized void end(@Nullable Throwable reason) {
    hasEnded = true;
    failure = failure == null ? reason : failure;
    notifyAll();
  }

  /** Waits until the task's thread has something to do, for a short time at most. */
  synchronized Next next() throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    long until = clock.nanoTime() + left;
    while (left > 0) {
      if (isSent) {
        return new Next.Receive(underWay);
      }
      if (failure != null) {
        // What reads the input may have failed to send a batch, too.
        return new Next.End(failure);
      }
      if (underWay.isEmpty()) {
        if (hasEnded && waiting.isEmpty()) {
          return new Next.End(null);
        }
        if (isDue()) {
          return new Next.Send(begin());
        }
        if (!waiting.isEmpty()) {
          until = Math.min(until, waitingSince + maxWaitNanos);
        }
      }
      left = until - clock.nanoTime();
      if (left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    }
    return new Next.Look();
  }

  /**
   * Notes that what came of the batch under way is there; returns the next one, which the caller
   * has to send, or an empty list.
   */
  synchronized List<Row> noteReceived() {
    tookNanos = clock.nanoTime() - sentAt;
    size.note(underWay.size(), tookNanos);
    underWay = List.of();
    isSent = false;
    List<Row> next = isDue() ? begin() : List.of();
    notifyAll();
    return next;
  }

  /** How long the batch took that was received last, since it was sent. */
  synchronized long tookNanos() {
    return tookNanos;
  }

  /** How many rows wait for the next batch. */
  synchronized int waiting() {
    return waiting.size();
  }

  @GuardedBy("this")
  private boolean isDue() {
    if (waiting.isEmpty()) {
      return false;
    }
    return maxWaitNanos == 0
        || hasEnded
        || waiting.size() >= size.limit()
        || clock.nanoTime() - waitingSince >= maxWaitNanos;
  }

  @GuardedBy("this")
  private List<Row> begin() {
    int rows = Math.min(waiting.size(), size.limit());
    List<Row> batch = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      batch.add(waiting.removeFirst());
    }
    waitingSince = clock.nanoTime();
    underWay = batch;
    isSent = false;
    return batch;
  }
}
