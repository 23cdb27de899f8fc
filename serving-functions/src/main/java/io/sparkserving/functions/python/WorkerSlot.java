package io.sparkserving.functions.python;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.NanoClock;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The place of one of a function's workers: it has a worker, starts one when one is asked for, and
 * waits for ever longer after starts that fail. All threads may call all methods; starts run on
 * threads of their own.
 */
final class WorkerSlot {
  static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final LimitedLog FAILED = LimitedLog.of(WorkerSlot.class);
  private static final LimitedLog GIVEN_UP = LimitedLog.of(WorkerSlot.class);
  private static final LimitedLog OVERDUE = LimitedLog.of(WorkerSlot.class);

  private final PythonFunction function;
  private final NanoClock clock;
  private final WorkerCounts.Counters counters;
  private final AtomicInteger runners = new AtomicInteger();

  /** Rows one of which has ended a worker run again one at a time, not beside each other. */
  private final Semaphore suspects = new Semaphore(1, true);

  @GuardedBy("this")
  private @Nullable WorkerStart current;

  @GuardedBy("this")
  private long pauseNanos;

  @GuardedBy("this")
  private long pauseBegun;

  @GuardedBy("this")
  private boolean isStopped;

  WorkerSlot(PythonFunction function, NanoClock clock, WorkerCounts.Counters counters) {
    this.function = function;
    this.clock = clock;
    this.counters = counters;
  }

  /** How many runners send their batches here. */
  AtomicInteger runners() {
    return runners;
  }

  /** Whose turn it is among rows that may have ended a worker. */
  Semaphore suspects() {
    return suspects;
  }

  /** Returns the worker if it is set up; starts one if there is none. */
  @Nullable WorkerProcess readyWorker() {
    try {
      return start().worker();
    } catch (WorkerUnavailableException e) {
      return null;
    }
  }

  /**
   * Returns the worker; starts one if there is none, and waits until it is set up.
   *
   * @return null if that takes longer than so many nanoseconds
   * @throws WorkerUnavailableException if it cannot be set up, or could not be just now
   */
  @Nullable WorkerProcess worker(long nanos)
      throws InterruptedException, WorkerUnavailableException {
    try {
      return start().ready().get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new WorkerUnavailableException(Failures.SETUP);
    }
  }

  /** Returns the start that is under way or has led to a worker that lives; else begins one. */
  WorkerStart start() throws WorkerUnavailableException {
    WorkerStart begun;
    synchronized (this) {
      if (isStopped) {
        throw new WorkerUnavailableException(Failures.WORKER);
      } else if (current != null && isUsable(current)) {
        return current;
      } else if (pauseNanos > 0 && clock.nanoTime() - pauseBegun < pauseNanos) {
        throw new WorkerUnavailableException(Failures.SETUP);
      }
      begun = new WorkerStart(function, this, clock.nanoTime());
      current = begun;
    }
    counters.noteStart();
    Thread thread = new Thread(begun, "serving-function-start");
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      // There may be threads again when the next batch asks for a worker.
      begun.fail(e);
    }
    return begun;
  }

  private static boolean isUsable(WorkerStart start) {
    WorkerProcess worker = start.worker();
    return worker == null ? !start.ready().isDone() : !worker.isEnded();
  }

  /** Notes that a start has led to a worker. */
  synchronized void succeeded() {
    pauseNanos = 0;
  }

  /** Notes that a start has not led to a worker, before those who wait for it learn of that. */
  void failed(WorkerSetupException failure) {
    synchronized (this) {
      current = null;
      pauseNanos = Math.min(LONGEST_PAUSE_NANOS, Math.max(FIRST_PAUSE_NANOS, 2 * pauseNanos));
      pauseBegun = clock.nanoTime();
      if (isStopped) {
        return;
      }
    }
    FAILED.warn(
        function.id(), "Cannot set up function {}: {}", function.id(), failure.getMessage());
  }

  /** Gives up a worker that has failed a batch, and starts the next one without waiting for it. */
  void replace(WorkerProcess worker, IOException why) {
    if (worker.giveUp() && !worker.isStopped()) {
      counters.noteDeath();
      GIVEN_UP.warn(
          function.id(), "A worker of function {} is replaced: {}", function.id(), why.toString());
    }
    WorkerProcess unused = readyWorker();
  }

  /** Stops a worker that takes too long for a batch or to be set up; by the watch. */
  void look(long now) {
    WorkerStart start = current();
    WorkerProcess worker = start == null ? null : start.worker();
    if (start != null && start.isOverdue(now)) {
      start.cancel();
    } else if (worker != null && worker.stopOverdue(now)) {
      counters.noteTimeout();
      OVERDUE.warn(
          function.id(),
          "A worker of function {} was stopped, as a batch took longer than {} ms",
          function.id(),
          TimeUnit.NANOSECONDS.toMillis(function.timeoutNanos()));
    }
  }

  private synchronized @Nullable WorkerStart current() {
    return current;
  }

  /** Stops the worker for good. */
  void stop() {
    WorkerStart start;
    synchronized (this) {
      isStopped = true;
      start = current;
    }
    if (start != null) {
      start.cancel();
    }
  }
}
