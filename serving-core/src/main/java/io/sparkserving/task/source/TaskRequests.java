package io.sparkserving.task.source;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.RunningTasks;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.task.reply.ReplyRouter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a task of a micro-batch, in the JVM that holds the connections: its share of the
 * requests that waited when the batch began, and after that whatever comes, one request after the
 * other, for as long as
 *
 * <ul>
 *   <li>the task has answered all that it has taken, but for rows that its {@linkplain HeldRows
 *       stages} have, so that nothing waits for the end of a batch that goes on: no shuffle,
 *       nothing that collects or drops rows, no other sink,
 *   <li>requests come: whoever waits for the query to have nothing to do does not wait for long,
 *   <li>no other batch could do more, by more tasks or where no task is,
 *   <li>nobody else waits for the task's core, and
 *   <li>the batch's length allows.
 * </ul>
 *
 * One thread at a time uses the object, and need not be the task's thread.
 */
public final class TaskRequests implements Iterator<DeliveredRequest> {
  /** How long to wait for a request. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How often to look, while waiting, whether to go on. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final ServerExchanges exchanges;
  private final TaskContext task;
  private final BatchShape shape;

  /** Emptied as it is taken: the task may last. */
  private final Deque<DeliveredRequest> share;

  private final LongSupplier leftOfShare;
  private final Lease lease;
  private final NanoClock clock;
  private final long begun;
  private final long start;
  private final long end;

  /** Since when there is nothing to do but to wait for a request. */
  private long waitsSince;

  private boolean answersByItself;
  private boolean shareIsAnswered;
  private @Nullable Exchange taken;
  private @Nullable DeliveredRequest next;

  private TaskRequests(
      ServerExchanges exchanges,
      TaskContext task,
      BatchShape shape,
      List<DeliveredRequest> share,
      LongSupplier leftOfShare,
      Lease lease,
      NanoClock clock) {
    this.exchanges = exchanges;
    this.task = task;
    this.shape = shape;
    this.share = new ArrayDeque<>(share);
    this.leftOfShare = leftOfShare;
    this.lease = lease;
    this.clock = clock;
    this.begun = exchanges.runningTasks().begin();
    this.start = clock.nanoTime();
    this.end = start + shape.length().toNanos();
  }

  /**
   * Begins to take requests for the task whose thread this is.
   *
   * @param exchanges of the server whose requests the task takes
   * @param shape the shape of the task's batch
   * @param share the task's share of the requests that waited, not empty
   * @param leftOfShare how many of the share are not answered, where the lease is another one
   * @param lease the lease under which the task holds requests that come later
   */
  public static TaskRequests begin(
      ServerExchanges exchanges,
      BatchShape shape,
      List<DeliveredRequest> share,
      LongSupplier leftOfShare,
      Lease lease) {
    TaskContext task = TaskContext.get();
    TaskRequests requests =
        new TaskRequests(exchanges, task, shape, share, leftOfShare, lease, NanoClock.SYSTEM);
    task.addTaskCompletionListener(new End(exchanges.runningTasks()));
    return requests;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      HeldRows.sourceIsAsked(task);
      next = share.isEmpty() ? another() : share.removeFirst();
    }
    return next != null;
  }

  @Override
  public DeliveredRequest next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    DeliveredRequest result = Objects.requireNonNull(next);
    HeldRows.sourceGives(task, exchanges.serverId(), result.id());
    next = null;
    return result;
  }

  private @Nullable DeliveredRequest another() {
    if (taken != null && HeldRows.isDropped(task, exchanges.serverId(), taken)) {
      exchanges.leases().settlePassed(lease, taken);
    }
    taken = null;
    try {
      waitsSince = clock.nanoTime();
      long left = leftToWait();
      while (taken == null && left > 0 && mayGoOn()) {
        taken = exchanges.queue().take(lease, Math.min(LOOK_NANOS, left));
        left = leftToWait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return taken == null ? null : DeliveredRequest.of(taken);
  }

  /** How long to wait for a request yet. */
  private long leftToWait() {
    long now = clock.nanoTime();
    if (HeldRows.number(task) > 0) {
      // Clients whose requests are with a stage send others once they have their answers.
      waitsSince = now;
    }
    return Math.min(waitsSince + PATIENCE_NANOS - now, end - now);
  }

  private boolean mayGoOn() {
    if (!answersByItself && answersByItself(task, shape.tasks())) {
      answersByItself = true;
      lease.share().forget();
    }
    return answersByItself
        && hasAnsweredAll()
        && !exchanges.runningTasks().isHurried(begun)
        && !isOverrun();
  }

  private boolean hasAnsweredAll() {
    // Read first: what is through meanwhile is answered meanwhile too, and not missed below.
    long held = HeldRows.number(task);
    long left = shareIsAnswered ? 0 : leftOfShare.getAsLong();
    shareIsAnswered = left == 0;
    return left <= held - lease.unansweredNumber();
  }

  /**
   * Returns whether a task's rows come from one partition alone, and go to the sink by one way
   * only, so that what nobody has answered is with the task.
   *
   * @param tasks how many tasks read the source
   */
  public static boolean answersByItself(TaskContext task, int tasks) {
    return task.numPartitions() == tasks && ReplyRouter.isOfSink(task);
  }

  private boolean isOverrun() {
    return RunningTasks.isOverrun(
        exchanges.runningTasks().count(),
        shape.mostTasksHere(),
        exchanges.queue().size(),
        HeldRows.number(task),
        clock.nanoTime() - start);
  }

  private record End(RunningTasks running) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      running.end();
    }
  }
}
