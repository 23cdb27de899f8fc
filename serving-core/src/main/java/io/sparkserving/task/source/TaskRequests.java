package io.sparkserving.task.source;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.RunningTasks;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.task.reply.ReplyRouter;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a task of a micro-batch, in the JVM that holds the connections: its share of the
 * requests that waited when the batch began, and after that whatever comes, one request after the
 * other, for as long as
 *
 * <ul>
 *   <li>the task has answered all that it has taken, so that nothing waits for the end of a batch
 *       that goes on: no shuffle, nothing that collects or drops rows, no other sink,
 *   <li>requests come soon: waiting takes no longer than planning another batch would,
 *   <li>no other batch could do more, by more tasks or where no task is, and
 *   <li>{@code batchLength} allows.
 * </ul>
 *
 * One thread at a time uses the object, and need not be the task's thread.
 */
public final class TaskRequests implements Iterator<DeliveredRequest> {
  /** About what it takes to plan another batch. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final ServerExchanges exchanges;
  private final TaskContext task;
  private final BatchShape shape;
  private final Iterator<DeliveredRequest> share;
  private final BooleanSupplier shareIsAnswered;
  private final Lease lease;
  private final NanoClock clock;
  private final long begun;
  private final long end;
  private boolean goesOn;
  private @Nullable Exchange taken;
  private @Nullable DeliveredRequest next;

  private TaskRequests(
      ServerExchanges exchanges,
      TaskContext task,
      BatchShape shape,
      List<DeliveredRequest> share,
      BooleanSupplier shareIsAnswered,
      Lease lease,
      NanoClock clock) {
    this.exchanges = exchanges;
    this.task = task;
    this.shape = shape;
    this.share = share.iterator();
    this.shareIsAnswered = shareIsAnswered;
    this.lease = lease;
    this.clock = clock;
    this.begun = exchanges.runningTasks().begin();
    this.end = clock.nanoTime() + exchanges.configuration().batchLength().toNanos();
  }

  /**
   * Begins to take requests for the task whose thread this is.
   *
   * @param exchanges of the server whose requests the task takes
   * @param shape the shape of the task's batch
   * @param share the task's share of the requests that waited, not empty
   * @param shareIsAnswered whether all of the share is answered
   * @param lease the lease under which the task holds requests that come later
   */
  public static TaskRequests begin(
      ServerExchanges exchanges,
      BatchShape shape,
      List<DeliveredRequest> share,
      BooleanSupplier shareIsAnswered,
      Lease lease) {
    TaskContext task = TaskContext.get();
    TaskRequests requests =
        new TaskRequests(exchanges, task, shape, share, shareIsAnswered, lease, NanoClock.SYSTEM);
    task.addTaskCompletionListener(new End(exchanges.runningTasks()));
    return requests;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = share.hasNext() ? share.next() : another();
    }
    return next != null;
  }

  @Override
  public DeliveredRequest next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    DeliveredRequest result = Objects.requireNonNull(next);
    next = null;
    return result;
  }

  private @Nullable DeliveredRequest another() {
    if (taken != null && !taken.isAnswered() && ReplyRouter.passesRowByRow(task)) {
      exchanges.leases().settlePassed(lease, taken);
    }
    long left = Math.min(PATIENCE_NANOS, end - clock.nanoTime());
    if (left <= 0 || !mayGoOn()) {
      return null;
    }
    try {
      taken = exchanges.queue().take(lease, left);
      return taken == null ? null : DeliveredRequest.of(taken);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private boolean mayGoOn() {
    if (!goesOn) {
      goesOn = answersByItself() && shareIsAnswered.getAsBoolean();
    }
    return goesOn
        && lease.isAnswered()
        && !exchanges.runningTasks().isHurried(begun)
        && !isOverrun();
  }

  /** Whether the task's rows come from this partition alone, and go to the sink. */
  private boolean answersByItself() {
    return task.numPartitions() == shape.tasks() && ReplyRouter.isOfSink(task);
  }

  /** Whether requests wait for tasks that this batch does not have. */
  private boolean isOverrun() {
    int running = exchanges.runningTasks().count();
    return running < shape.mostTasksHere() && exchanges.queue().size() > running;
  }

  private record End(RunningTasks running) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      running.end();
    }
  }
}
