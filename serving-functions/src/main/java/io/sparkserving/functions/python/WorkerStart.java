package io.sparkserving.functions.python;

import io.sparkserving.functions.wire.FrameInput;
import io.sparkserving.functions.wire.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Starts one worker and waits until it is set up; runs on a thread of its own, which ends with it.
 * All threads may call the other methods.
 */
final class WorkerStart implements Runnable {
  /** Models of many gigabytes are loaded meanwhile. */
  static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(10);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long EXIT_SECONDS = 1;
  private static final int MOST_TEXT_BYTES = 1 << 20;

  private final PythonFunction function;
  private final WorkerSlot slot;
  private final long begun;
  private final CompletableFuture<WorkerProcess> ready = new CompletableFuture<>();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private volatile @Nullable WorkerProcess launched;
  private volatile boolean isCancelled;

  WorkerStart(PythonFunction function, WorkerSlot slot, long now) {
    this.function = function;
    this.slot = slot;
    this.begun = now;
  }

  /** Completes when the worker is set up, or exceptionally if it cannot be. */
  CompletableFuture<WorkerProcess> ready() {
    return ready;
  }

  /** The worker, if it is set up. */
  @Nullable WorkerProcess worker() {
    return ready.isDone() && !ready.isCompletedExceptionally() ? ready.join() : null;
  }

  boolean isOverdue(long now) {
    return !ready.isDone() && now - begun > MOST_NANOS;
  }

  /** Ends the worker, whether it is set up or not. */
  void cancel() {
    isCancelled = true;
    // The thread may wait for something that takes no notice; who waits for it is let go.
    fail(stopped());
  }

  private static WorkerSetupException stopped() {
    return new WorkerSetupException("The worker was stopped before it was set up");
  }

  @Override
  public void run() {
    try {
      WorkerProcess worker = WorkerProcess.launch(function);
      launched = worker;
      if (isCancelled) {
        throw stopped();
      }
      worker.instruct();
      greet(worker);
      if (isOver.compareAndSet(false, true)) {
        slot.succeeded();
        ready.complete(worker);
      }
    } catch (Throwable e) {
      // Whatever it is, also what Scala throws undeclared: many may wait to learn of it.
      fail(e);
    }
  }

  /** Ends the worker, and the start unless it is over. */
  void fail(Throwable e) {
    WorkerProcess worker = launched;
    WorkerSetupException failure = explained(e, worker);
    if (worker != null) {
      worker.stop();
    }
    if (isOver.compareAndSet(false, true)) {
      slot.failed(failure);
      ready.completeExceptionally(failure);
    }
  }

  private static void greet(WorkerProcess worker) throws IOException {
    FrameInput input = new FrameInput(MOST_TEXT_BYTES);
    try (WorkerConnection connection = connect(worker)) {
      ByteBuffer hello = ByteBuffer.allocate(Frames.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      connection.write(hello.put(Integer.BYTES, Frames.HELLO));
      byte kind = connection.read(input);
      if (kind != Frames.READY) {
        throw new WorkerSetupException(
            kind == Frames.FAILED ? input.text() : "Invalid answer of kind " + kind);
      }
    }
  }

  /** Connects as soon as the worker listens. */
  private static WorkerConnection connect(WorkerProcess worker) throws IOException {
    while (true) {
      try {
        return worker.connect();
      } catch (IOException e) {
        if (worker.isEnded()) {
          throw e;
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  private static WorkerSetupException explained(Throwable e, @Nullable WorkerProcess worker) {
    if (e instanceof WorkerSetupException failure) {
      return failure;
    } else if (worker == null) {
      return new WorkerSetupException("Cannot start the worker: " + e, e);
    } else if (worker.isStopped()) {
      return stopped();
    }
    Process process = worker.process();
    try {
      if (process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
        return new WorkerSetupException(
            "The worker ended "
                + worker.how()
                + ", before it was set up; what it wrote to its standard error may say why",
            e);
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
    return new WorkerSetupException("The worker does not answer: " + e.getMessage(), e);
  }
}
