package io.sparkserving.functions;

import io.sparkserving.exchange.FunctionMeasurements;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.functions.batch.BatchRunner;
import io.sparkserving.functions.batch.Failure;
import io.sparkserving.functions.batch.Outcome;
import io.sparkserving.task.source.HeldRows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * A task's rows with what a function has made of them. Rows are read ahead on a thread of their
 * own; the task's thread receives what came of a batch, sends the next one, and then hands out the
 * rows in their order. A row on which the function failed is answered here and goes no further.
 */
final class FunctionRows implements Iterator<Row> {
  private final Iterator<Row> input;
  private final RowShape shape;
  private final FailureAnswers answers;
  private final BatchRunner runner;
  private final TaskContext task;
  private final HeldRows held;
  private final RowBatches batches;
  private final StageMeasurements stage;
  private @Nullable RowPuller puller;
  private boolean hasStopped;

  private List<Row> rows = List.of();
  private List<Outcome> outcomes = List.of();
  private int index;

  /** Of the function for the service that the rows are of; null if it is not measured. */
  private @Nullable FunctionMeasurements measured;

  /** The row that was given last, which counts as held until another is asked for. */
  private @Nullable Row handedOut;

  private @Nullable Row next;

  /**
   * @param task whose thread this is; its end ends the reading
   */
  FunctionRows(
      Iterator<Row> input,
      RowShape shape,
      FunctionLimits limits,
      FailureAnswers answers,
      BatchRunner runner,
      TaskContext task) {
    this.input = input;
    this.shape = shape;
    this.answers = answers;
    this.runner = runner;
    this.task = task;
    this.held = HeldRows.of(task);
    this.batches = new RowBatches(limits.maxBatch(), limits.maxWaitNanos(), NanoClock.SYSTEM);
    this.stage = new StageMeasurements(answers.function(), shape, runner, batches::waiting);
    task.addTaskCompletionListener(new StopAtEnd(this));
  }

  @Override
  public boolean hasNext() {
    if (handedOut != null) {
      held.remove(shape.request(handedOut));
      handedOut = null;
    }
    if (next == null && !hasStopped) {
      begin();
      next = advance();
    }
    return next != null;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row result = Objects.requireNonNull(next);
    next = null;
    handedOut = result;
    return result;
  }

  /** Not earlier: what tells a source of its sink is there only now. */
  private void begin() {
    if (puller == null) {
      puller = new RowPuller(input, batches, this::send, shape, held, task);
    }
  }

  private @Nullable Row advance() {
    try {
      while (true) {
        while (index < rows.size()) {
          Row row = ofOutcome(rows.get(index), outcomes.get(index));
          index++;
          if (row != null) {
            return row;
          }
          held.remove(shape.request(rows.get(index - 1)));
        }
        RowBatches.Next todo = batches.next();
        if (todo instanceof RowBatches.Next.Send batch) {
          send(batch.rows());
          receive(batch.rows());
        } else if (todo instanceof RowBatches.Next.Receive batch) {
          receive(batch.rows());
        } else if (todo instanceof RowBatches.Next.End end) {
          return end(end.failure());
        } else if (task.isInterrupted()) {
          throw new TaskKilledException("The task was killed");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("The task was interrupted");
    }
  }

  private void send(List<Row> batch) {
    stage.sending(batch);
    List<Row> arguments = new ArrayList<>(batch.size());
    for (Row row : batch) {
      arguments.add(shape.arguments(row));
    }
    runner.send(arguments);
    batches.noteSent();
  }

  private void receive(List<Row> batch) throws InterruptedException {
    List<Outcome> received = runner.receive();
    measured = stage.current();
    List<Row> following = batches.noteReceived();
    long took = batches.tookNanos();
    if (!following.isEmpty()) {
      send(following);
    }
    if (measured != null) {
      measured.noteBatch(batch.size(), took);
    }
    rows = batch;
    outcomes = received;
    index = 0;
  }

  private @Nullable Row ofOutcome(Row row, Outcome outcome) {
    Failure failure = outcome.failure();
    if (failure == null) {
      return shape.with(row, outcome.value());
    }
    if (measured != null) {
      measured.noteError(failure.kind());
    }
    return answers.answer(row, failure) ? null : shape.with(row, null);
  }

  private @Nullable Row end(@Nullable Throwable failure) {
    stop();
    if (failure != null && task.isInterrupted()) {
      // What reads the input is interrupted too, and may say so in any way.
      throw new TaskKilledException("The task was killed");
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw new TaskKilledException("The reading of rows was interrupted");
    }
    return null;
  }

  /** The task's thread calls, at the end of the rows or of the task, whichever comes first. */
  private void stop() {
    if (!hasStopped) {
      hasStopped = true;
      runner.close();
      if (puller != null) {
        puller.stop();
      }
      stage.end();
    }
  }

  private record StopAtEnd(FunctionRows rows) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      rows.stop();
    }
  }
}
