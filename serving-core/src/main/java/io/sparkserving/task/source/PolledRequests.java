package io.sparkserving.task.source;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.MoreRequests;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.TaskPoll;
import io.sparkserving.task.reply.ReplyRouter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of a task of a micro-batch, in another JVM than the one that holds the connections:
 * its share of the requests that waited when the batch began, and after that whatever comes, for as
 * long as a task beside the connections would go on: see {@link TaskRequests}. The task asks that
 * JVM for more when it has given on all that it has, and that JVM has all its replies; several
 * requests that wait come together. Whether the task is to end, that JVM says.
 *
 * <p>One thread at a time uses the object, and need not be the task's thread.
 */
public final class PolledRequests implements Iterator<DeliveredRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(PolledRequests.class);

  /** How long to wait at once where a stage has rows: of some of them nothing may have come. */
  private static final long MOST_NANOS_WITH_STAGE = TimeUnit.MILLISECONDS.toNanos(250);

  private final ServiceEndpoint home;
  private final LeaseKey key;
  private final BatchShape shape;
  private final TaskContext task;
  private final NanoClock clock;
  private final long end;

  /** Given on and not yet followed by another one. */
  private final Deque<DeliveredRequest> taken;

  private boolean hasAsked;
  private boolean isOver;

  private volatile boolean hasFailed;

  /** Whether a poll failed, and with it whatever it may have brought. */
  private volatile boolean isCut;

  private PolledRequests(
      ServiceEndpoint home,
      LeaseKey key,
      BatchShape shape,
      List<DeliveredRequest> share,
      TaskContext task,
      NanoClock clock) {
    this.home = home;
    this.key = key;
    this.shape = shape;
    this.task = task;
    this.clock = clock;
    this.taken = new ArrayDeque<>(share);
    this.end = clock.nanoTime() + shape.length().toNanos();
  }

  /**
   * Begins to take requests for the task whose thread this is.
   *
   * @param home where the requests wait
   * @param key under which the task has its share
   * @param shape the shape of the task's batch
   * @param share the task's share of the requests that waited
   */
  public static PolledRequests begin(
      ServiceEndpoint home, LeaseKey key, BatchShape shape, List<DeliveredRequest> share) {
    TaskContext task = TaskContext.get();
    PolledRequests requests = new PolledRequests(home, key, shape, share, task, NanoClock.SYSTEM);
    task.addTaskFailureListener(new GiveBack(requests));
    task.addTaskCompletionListener(new Finish(requests));
    return requests;
  }

  @Override
  public boolean hasNext() {
    if (taken.isEmpty() && !isOver) {
      takeMore();
    }
    return !taken.isEmpty();
  }

  @Override
  public DeliveredRequest next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return taken.removeFirst();
  }

  /** Waits for more requests; there are none afterwards if the task is to end. */
  private void takeMore() {
    if (!TaskRequests.answersByItself(task, shape.tasks())) {
      isOver = true;
      return;
    }
    try {
      long waitsSince = clock.nanoTime();
      while (taken.isEmpty() && !isOver) {
        // Read first: what is through is answered by then, and its reply is waited for.
        long held = HeldRows.number(task);
        Set<Long> heldRequests = heldRequests();
        ReplyRouter.awaitReplies(task, home.serverId());
        long now = clock.nanoTime();
        if (held > 0) {
          // Clients whose requests are with a stage send others once they have their answers.
          waitsSince = now;
        }
        long left = Math.min(waitsSince + TaskRequests.PATIENCE_NANOS, end) - now;
        if (left <= 0) {
          isOver = true;
        } else {
          ask(held, heldRequests, held > 0 ? Math.min(left, MOST_NANOS_WITH_STAGE) : left);
        }
      }
    } catch (IOException e) {
      isOver = true;
      // A task that was told to end does so; it leaves the interrupt to whoever looks for it.
      if (!Thread.currentThread().isInterrupted()) {
        isCut = true;
        throw new UncheckedIOException("Cannot take more requests of " + key, e);
      }
    }
  }

  /** Null where rows may be held back elsewhere. */
  private @Nullable Set<Long> heldRequests() {
    return ReplyRouter.passesRowByRow(task) ? HeldRows.requests(task, home.serverId()) : null;
  }

  private void ask(long held, @Nullable Set<Long> heldRequests, long nanos) throws IOException {
    long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    TaskPoll poll = new TaskPoll(key, !hasAsked, held, heldRequests, millis);
    hasAsked = true;
    byte[] answer = send(MoreRequests.PATH, MoreRequests.toBytes(poll));
    Optional<List<DeliveredRequest>> more = MoreRequests.readAnswer(answer, DeliveredRequest::new);
    more.ifPresentOrElse(taken::addAll, () -> isOver = true);
  }

  private byte[] send(String path, byte[] message) throws IOException {
    return ChannelClient.await(ChannelClient.jvm().send(home, path, message));
  }

  /** What the task took beyond its share waits again when it fails. */
  private record GiveBack(PolledRequests requests) implements TaskFailureListener {
    @Override
    public void onTaskFailure(TaskContext task, Throwable error) {
      requests.hasFailed = true;
      boolean isBlamed = !requests.isCut && TaskAttempts.blame(task, error) == Blame.OLDEST;
      byte[] failure = MoreRequests.toBytes(new MoreRequests.Failure(requests.key, isBlamed));
      try {
        requests.send(MoreRequests.FAILURE_PATH, failure);
      } catch (IOException e) {
        LOG.debug("The requests of {} cannot be given back", requests.key, e);
      }
    }
  }

  /** Says so without waiting: who does not hear it knows at the end of the batch. */
  private record Finish(PolledRequests requests) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      if (!requests.hasFailed) {
        ChannelClient.jvm()
            .send(requests.home, MoreRequests.END_PATH, MoreRequests.toBytes(requests.key));
      }
    }
  }
}
