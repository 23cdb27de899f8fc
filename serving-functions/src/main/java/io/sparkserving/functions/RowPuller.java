package io.sparkserving.functions;

import io.sparkserving.task.source.HeldRows;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;
import org.apache.spark.sql.Row;

/**
 * Reads the input of a task on a thread of its own, while the task's thread waits for the function
 * or answers. The thread has to be made on the task's, since Spark gives it what belongs to the
 * task, and is interrupted and waited for before the task ends.
 */
final class RowPuller {
  private final Iterator<Row> input;
  private final RowBatches batches;
  private final Consumer<List<Row>> sender;
  private final RowShape shape;
  private final HeldRows held;
  private final TaskContext task;
  private final Thread thread;

  /**
   * Begins to read.
   *
   * @param sender sends batches, on the thread that reads
   */
  RowPuller(
      Iterator<Row> input,
      RowBatches batches,
      Consumer<List<Row>> sender,
      RowShape shape,
      HeldRows held,
      TaskContext task) {
    this.input = input;
    this.batches = batches;
    this.sender = sender;
    this.shape = shape;
    this.held = held;
    this.task = task;
    this.thread = new Thread(this::read, "Rows of task " + task.taskAttemptId());
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    TaskContext$.MODULE$.setTaskContext(task);
    Throwable failure = null;
    try {
      while (batches.awaitRoom() && input.hasNext()) {
        Row row = input.next();
        held.add(shape.request(row));
        List<Row> batch = batches.offer(row);
        if (!batch.isEmpty()) {
          sender.accept(batch);
        }
      }
    } catch (Throwable e) { // The task's thread throws it.
      failure = e;
    } finally {
      batches.end(failure);
      TaskContext$.MODULE$.unset();
    }
  }

  /**
   * Has the thread stop, and waits until it has: Spark frees what the input's rows are made of when
   * the task ends.
   */
  void stop() {
    batches.end(null);
    boolean interrupted = false;
    thread.interrupt();
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
