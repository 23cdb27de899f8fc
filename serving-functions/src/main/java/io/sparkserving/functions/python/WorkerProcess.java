package io.sparkserving.functions.python;

import io.sparkserving.exchange.LimitedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A worker: a process with a function in it that answers on a socket for as long as its standard
 * input stays open. Its folder is deleted when the process ends, however that comes. All threads
 * may call all methods.
 */
final class WorkerProcess {
  private static final LimitedLog ENDED = LimitedLog.of(WorkerProcess.class);
  private static final int NOT_LOST = -1;

  /** The exit codes of processes that are ended by signals are above. */
  private static final int SIGNALS = 128;

  private static final int KILLED = SIGNALS + 9;

  private final PythonFunction function;
  private final Process process;
  private final Path folder;
  private final Set<WorkerConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger underWay = new AtomicInteger();

  /** How many batches were under way when the first of them was lost. */
  private final AtomicInteger lostWith = new AtomicInteger(NOT_LOST);

  private final AtomicBoolean isGivenUp = new AtomicBoolean();
  private volatile boolean isStopped;
  private volatile boolean isEnded;

  private WorkerProcess(PythonFunction function, Process process, Path folder) {
    this.function = function;
    this.process = process;
    this.folder = folder;
  }

  /** Starts a process, which knows of nothing yet. */
  static WorkerProcess launch(PythonFunction function) throws IOException {
    Path folder = TemporaryFolders.create();
    try {
      Process process = WorkerCommand.of(function).start();
      WorkerProcess worker = new WorkerProcess(function, process, folder);
      CompletableFuture<?> unused = process.onExit().thenRun(worker::exited);
      return worker;
    } catch (IOException | RuntimeException e) {
      TemporaryFolders.delete(folder);
      throw e;
    }
  }

  /** Tells the worker what it is to do. */
  void instruct() throws IOException {
    WorkerSettings.write(function, socket(), process.getOutputStream());
  }

  Path socket() {
    return folder.resolve("w");
  }

  WorkerConnection connect() throws IOException {
    WorkerConnection connection = WorkerConnection.open(this, socket());
    connections.add(connection);
    return connection;
  }

  void forget(WorkerConnection connection) {
    connections.remove(connection);
  }

  Process process() {
    return process;
  }

  /** Whether batches are no longer to be sent to it. */
  boolean isEnded() {
    return isEnded;
  }

  /** Whether it ended because it was told to, so that no batch is to blame. */
  boolean isStopped() {
    return isStopped;
  }

  void batchBegins() {
    underWay.incrementAndGet();
  }

  void batchEnds() {
    underWay.decrementAndGet();
  }

  /** Returns whether the batch that is lost, still under way, was the only one. */
  boolean lostTheOnly() {
    lostWith.compareAndSet(NOT_LOST, underWay.get());
    return lostWith.get() == 1;
  }

  /** Stops the worker if a batch has taken too long, and returns whether one has; by the watch. */
  boolean stopOverdue(long now) {
    boolean isOverdue = false;
    for (WorkerConnection connection : connections) {
      isOverdue |= connection.markOverdue(now);
    }
    if (isOverdue) {
      stop();
    }
    return isOverdue;
  }

  /** Ends the worker, whatever it does. */
  void stop() {
    if (!isEnded) {
      isStopped = true;
    }
    kill();
  }

  /** Gives up a worker that has failed a batch; returns false if it was given up before. */
  boolean giveUp() {
    boolean isFirst = isGivenUp.compareAndSet(false, true);
    kill();
    return isFirst;
  }

  private void kill() {
    isEnded = true;
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    // A process may be in the hands of a device and deaf; those who wait for it are let go.
    connections.forEach(WorkerConnection::close);
  }

  /** How the process ended. */
  String how() {
    int code = process.exitValue();
    if (code == KILLED) {
      return "as it was killed, which the system does too when memory runs out";
    }
    return code > SIGNALS ? "by signal " + (code - SIGNALS) : "with exit code " + code;
  }

  private void exited() {
    if (!isStopped) {
      ENDED.warn(function.id(), "A worker of function {} ended {}", function.id(), how());
    }
    isEnded = true;
    TemporaryFolders.delete(folder);
  }
}
