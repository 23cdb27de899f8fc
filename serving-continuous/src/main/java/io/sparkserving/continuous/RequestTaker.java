package io.sparkserving.continuous;

import io.sparkserving.driver.RepeatedReads;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.SuspectsAlone;
import io.sparkserving.server.worker.WorkerServer;
import io.sparkserving.server.worker.WorkerServers;
import io.sparkserving.task.source.DeliveredRequest;
import io.sparkserving.task.source.HeldRows;
import io.sparkserving.task.source.RequestRows;
import io.sparkserving.task.source.SourceColumns;
import io.sparkserving.task.source.TaskAttempts;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests one after another, as rows, for one task. The task's thread makes a taker; one
 * thread at a time uses it, and with the continuous trigger that is not the task's.
 */
final class RequestTaker {
  private final WorkerServer server;
  private final Lease lease;
  private final RequestRows rows;
  private final boolean takesNothing;
  private final TaskContext task;
  private final SuspectsAlone suspectsAlone;

  private @Nullable Exchange taken;
  private @Nullable DeliveredRequest current;

  private RequestTaker(WorkerServer server, Lease lease, RequestRows rows, boolean takesNothing) {
    this.server = server;
    this.lease = lease;
    this.rows = rows;
    this.suspectsAlone = new SuspectsAlone(server.exchanges(), lease);
    this.takesNothing = takesNothing;
    this.task = TaskContext.get();
  }

  /**
   * Begins to take requests for the task that runs on the current thread, as the only reader of its
   * partition. Requests that the task leaves when it fails wait again.
   *
   * @throws UnsupportedOperationException if there is another reader
   */
  static RequestTaker openAlone(ReaderPartition partition, SourceColumns columns) {
    WorkerServer server = WorkerServers.get(partition.spec(), partition.key());
    server.journal(partition.key(), partition.journal());
    Lease lease = server.join(partition.key());
    if (lease.share().hasSeveralReaders()) {
      throw RepeatedReads.refusal(server.exchanges().configuration().name());
    }
    return open(partition, columns, server, lease);
  }

  /** Begins to take requests as {@link #openAlone} does, under a lease that others may have too. */
  static RequestTaker open(
      ReaderPartition partition, SourceColumns columns, WorkerServer server, Lease lease) {
    TaskContext.get().addTaskFailureListener(new BlameOldest(server, lease));
    server.readerIsReady(partition.key());
    return new RequestTaker(
        server,
        lease,
        new RequestRows(server.serverId(), partition.key().partition(), columns),
        TaskAttempts.takesNothing(TaskContext.get(), partition.lastAttempt()));
  }

  /**
   * Leaves it to the end of the query to have requests wait again. If one of the tasks on either
   * side of a shuffle fails in real time, all are killed, none is tried again, and nobody knows
   * which request is to blame: then it is what all of them have.
   */
  RequestTaker handingOn() {
    lease.finish();
    return this;
  }

  /**
   * Lets requests that the task leaves wait again, whatever ends the task. For tasks that never
   * succeed.
   */
  RequestTaker givingBackAtEnd() {
    TaskContext.get().addTaskCompletionListener(new GiveBack(server, lease));
    return this;
  }

  /**
   * Goes to the next request.
   *
   * @param timeoutNanos how long to wait for a request, in nanoseconds
   * @return false if no request came in time, or none will come any more, or the thread was
   *     interrupted, whose interrupt status is then set
   */
  boolean next(long timeoutNanos) {
    settleLast();
    if (takesNothing || !deliver(() -> server.take(lease, timeoutNanos)) || taken == null) {
      return false;
    }
    HeldRows.sourceGives(task, server.serverId(), taken.id());
    return true;
  }

  /**
   * Goes to the next request as {@link #next} does, for a task whose rows go through a shuffle to
   * tasks that run at the same time. Requests that have made such tasks fail come alone.
   */
  boolean nextForShuffle(long timeoutNanos) {
    return !takesNothing && deliver(() -> suspectsAlone.take(timeoutNanos));
  }

  /**
   * Goes to the next request as {@link #next} does, on a thread that reads ahead of the task's
   * thread; waits without limit.
   */
  boolean nextAhead() {
    return deliver(() -> server.takeAhead(lease, Long.MAX_VALUE));
  }

  /** Ends the last request if its row is through and gave no reply. */
  private void settleLast() {
    HeldRows.sourceIsAsked(task);
    if (taken != null && HeldRows.isDropped(task, server.serverId(), taken)) {
      server.settlePassed(lease, taken);
    }
  }

  private boolean deliver(Take take) {
    taken = null;
    try {
      taken = take.next();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    current = taken == null ? null : DeliveredRequest.of(taken);
    return taken != null;
  }

  private interface Take {
    @Nullable Exchange next() throws InterruptedException;
  }

  /** Returns the current request as a row. */
  InternalRow row() {
    if (current == null) {
      throw new IllegalStateException("Cannot get a row before next()");
    }
    return rows.row(current);
  }

  int partition() {
    return lease.key().partition();
  }

  /** Returns how many requests were taken. */
  long delivered() {
    return lease.delivered();
  }

  private record BlameOldest(WorkerServer server, Lease lease) implements TaskFailureListener {
    @Override
    public void onTaskFailure(TaskContext task, Throwable error) {
      if (!lease.isFinished()) {
        server.giveBack(lease, TaskAttempts.blame(task, error));
      } else if (TaskAttempts.isOfCluster(error)) {
        server.acquit(lease);
      }
    }
  }

  private record GiveBack(WorkerServer server, Lease lease) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      server.giveBack(lease, Blame.NONE);
    }
  }
}
