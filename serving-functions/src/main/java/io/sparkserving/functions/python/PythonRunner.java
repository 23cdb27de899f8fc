package io.sparkserving.functions.python;

import io.sparkserving.exchange.FunctionMeasurements;
import io.sparkserving.functions.batch.BatchRunner;
import io.sparkserving.functions.batch.Failure;
import io.sparkserving.functions.batch.Outcome;
import io.sparkserving.functions.python.LostBatchException.Blame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Row;

/**
 * Runs a task's batches on the worker of a slot. Where a worker ends with a batch, its rows run
 * again one by one on the next worker, so that only a row that ends workers fails.
 */
final class PythonRunner implements BatchRunner {
  /** A row that is not known to end workers is held to do so when it was lost so often. */
  private static final int MOST_ATTEMPTS = 3;

  private final WorkerSlot slot;
  private final WorkerLine line;
  private final WorkerCounts.Counters counters;
  private final long timeoutNanos;
  private final Runnable whenClosed;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private List<Row> batch = List.of();

  /** Written after the batch by the thread that sends, read before it by the one that receives. */
  private volatile boolean isSent;

  PythonRunner(
      PythonFunction function,
      WorkerSlot slot,
      WorkerLine line,
      WorkerCounts.Counters counters,
      Runnable whenClosed) {
    this.slot = slot;
    this.line = line;
    this.counters = counters;
    this.timeoutNanos = function.timeoutNanos();
    this.whenClosed = whenClosed;
  }

  /** Sends the batch at once if there is a worker; else {@link #receive} waits for one. */
  @Override
  public void send(List<Row> arguments) {
    batch = arguments;
    isSent = false;
    WorkerProcess worker = slot.readyWorker();
    if (worker != null) {
      try {
        line.send(worker, arguments);
        isSent = true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (LostBatchException | RuntimeException e) {
        // What it is about is found out by the thread that receives, which sends again.
        isSent = false;
      }
    }
  }

  @Override
  public List<Outcome> receive() throws InterruptedException {
    boolean wasSent = isSent;
    List<Row> rows = batch;
    batch = List.of();
    isSent = false;
    return run(rows, wasSent, false);
  }

  private List<Outcome> run(List<Row> rows, boolean wasSent, boolean isAlone)
      throws InterruptedException {
    boolean isUnderWay = wasSent;
    for (int attempt = 0; attempt < MOST_ATTEMPTS && !isClosed.get(); attempt++) {
      try {
        if (!isUnderWay && !sendToWorker(rows)) {
          return Failures.of(rows.size(), Failures.TIMEOUT);
        }
        return line.receive(rows.size());
      } catch (WorkerUnavailableException e) {
        return Failures.of(rows.size(), e.kind());
      } catch (LostBatchException e) {
        if (e.blame() == Blame.OVERDUE) {
          return Failures.of(rows.size(), Failures.TIMEOUT);
        } else if (e.blame() == Blame.CLOSED || (e.blame() == Blame.GUILTY && rows.size() == 1)) {
          break;
        } else if (e.blame() != Blame.INNOCENT && !isAlone) {
          return runOneByOne(rows);
        }
      } catch (RuntimeException e) {
        return rows.size() > 1
            ? runHalves(rows, isAlone)
            : Failures.of(rows.size(), e.getClass().getSimpleName());
      }
      isUnderWay = false;
    }
    return Failures.of(rows.size(), Failures.WORKER);
  }

  /** Returns false if there is still no worker at the end of the time that a batch may take. */
  private boolean sendToWorker(List<Row> rows)
      throws InterruptedException, LostBatchException, WorkerUnavailableException {
    WorkerProcess worker = slot.worker(timeoutNanos);
    if (worker != null) {
      line.send(worker, rows);
    }
    return worker != null;
  }

  private List<Outcome> runHalves(List<Row> rows, boolean isAlone) throws InterruptedException {
    int middle = rows.size() / 2;
    List<Outcome> outcomes = new ArrayList<>(run(rows.subList(0, middle), false, isAlone));
    outcomes.addAll(run(rows.subList(middle, rows.size()), false, isAlone));
    return outcomes;
  }

  /** Runs rows that may have ended a worker, beside no other such rows. */
  private List<Outcome> runOneByOne(List<Row> rows) throws InterruptedException {
    boolean hasTurn = slot.suspects().tryAcquire(2 * timeoutNanos, TimeUnit.NANOSECONDS);
    try {
      List<Outcome> outcomes = new ArrayList<>(rows.size());
      for (int i = 0; i < rows.size(); i++) {
        Outcome outcome = run(rows.subList(i, i + 1), false, true).get(0);
        outcomes.add(outcome);
        Failure failure = outcome.failure();
        if (failure != null && failure.kind().equals(Failures.TIMEOUT)) {
          // With each that is too slow the next would wait for as long again.
          int left = rows.size() - outcomes.size();
          outcomes.addAll(Collections.nCopies(left, outcome));
          break;
        }
      }
      return outcomes;
    } finally {
      if (hasTurn) {
        slot.suspects().release();
      }
    }
  }

  @Override
  public void noteWorkers(FunctionMeasurements measurements) {
    counters.noteAlso(measurements);
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      line.close();
      whenClosed.run();
    }
  }
}
