package io.sparkserving.continuous;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.server.worker.WorkerServer;
import io.sparkserving.server.worker.WorkerServers;
import io.sparkserving.task.source.DeliveredRequest;
import io.sparkserving.task.source.RequestRows;
import io.sparkserving.task.source.TaskAttempts;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests one after another, as rows, for one task. Made on the task's thread; used by one
 * thread at a time, which is another one with the continuous trigger.
 */
final class RequestTaker {
  private final WorkerServer server;
  private final Lease lease;
  private final RequestRows rows;
  private final boolean takesNothing;
  private @Nullable DeliveredRequest current;

  private RequestTaker(WorkerServer server, Lease lease, RequestRows rows, boolean takesNothing) {
    this.server = server;
    this.lease = lease;
    this.rows = rows;
    this.takesNothing = takesNothing;
  }

  /** Begins to take for the task whose thread this is. What it leaves when it fails waits again. */
  static RequestTaker open(ReaderPartition partition, boolean includeTimestamp) {
    WorkerServer server = WorkerServers.get(partition.spec(), partition.key());
    Lease lease = server.open(partition.key());
    TaskContext.get().addTaskFailureListener(new BlameOldest(server, lease));
    server.readerIsReady(partition.key());
    return new RequestTaker(
        server,
        lease,
        new RequestRows(server.serverId(), partition.key().partition(), includeTimestamp),
        TaskAttempts.takesNothing(TaskContext.get(), partition.lastAttempt()));
  }

  /** For a task that never succeeds: whatever ends it, what it leaves waits again. */
  RequestTaker givingBackAtEnd() {
    TaskContext.get().addTaskCompletionListener(new GiveBack(server, lease));
    return this;
  }

  /**
   * Goes to the next request.
   *
   * @return false if none came in time, or none will come any more, or the thread was interrupted,
   *     which it then still says
   */
  boolean next(long timeoutNanos) {
    return !takesNothing && deliver(() -> server.take(lease, timeoutNanos));
  }

  /**
   * As {@link #next}, for a thread that hands on to the task's what it takes, and waits as long as
   * it takes.
   */
  boolean nextAhead() {
    return deliver(() -> server.takeAhead(lease, Long.MAX_VALUE));
  }

  private boolean deliver(Take take) {
    Exchange taken = null;
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

  /** The request as a row. */
  InternalRow row() {
    if (current == null) {
      throw new IllegalStateException("Cannot get a row before next()");
    }
    return rows.row(current);
  }

  int partition() {
    return lease.key().partition();
  }

  /** How many requests were taken. */
  long delivered() {
    return lease.delivered();
  }

  private record BlameOldest(WorkerServer server, Lease lease) implements TaskFailureListener {
    @Override
    public void onTaskFailure(TaskContext task, Throwable error) {
      boolean killed = error instanceof TaskKilledException || task.isInterrupted();
      server.giveBack(lease, killed ? Blame.NONE : Blame.OLDEST);
    }
  }

  private record GiveBack(WorkerServer server, Lease lease) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      server.giveBack(lease, Blame.NONE);
    }
  }
}
