package io.sparkserving.exchange;

import io.netty.util.Timer;
import io.sparkserving.exchange.TaskPoll.Answer;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of a micro-batch that run in other JVMs than the one where requests wait, and ask for more
 * once they have answered what they took. A poll is answered as soon as there are requests for it,
 * or nothing came in time, or the task is to end: for the reasons for which one in this JVM would.
 *
 * <p>All threads may call all methods, and none waits. Polls are looked at by one thread at a time,
 * which holds no lock: it looks again for all who asked meanwhile.
 */
public final class TaskPolls {
  /** How often to look for polls whose time is over. */
  private static final long LOOK_MILLIS = 100;

  private static final Answer END = new Answer.End();

  /** The batch whose tasks may go on. */
  private static final class Batch {
    final long term;
    final long number;
    final int tasks;
    final int mostTasks;
    final long haste;
    final long begun;

    /** Partitions whose tasks take no more. */
    final Set<Integer> ended = ConcurrentHashMap.newKeySet();

    Batch(long term, long number, int tasks, int mostTasks, long haste, long begun) {
      this.term = term;
      this.number = number;
      this.tasks = tasks;
      this.mostTasks = mostTasks;
      this.haste = haste;
      this.begun = begun;
    }

    boolean is(long otherTerm, long otherNumber) {
      return term == otherTerm && number == otherNumber;
    }

    int running() {
      return tasks - ended.size();
    }
  }

  private record Waiting(
      TaskPoll poll, Batch batch, Lease lease, long until, CompletableFuture<Answer> answer) {}

  private final OpenExchanges open;
  private final ExchangeQueue queue;
  private final Leases leases;
  private final RunningTasks runningTasks;
  private final Timer timer;
  private final NanoClock clock;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicBoolean willLook = new AtomicBoolean();
  private volatile @Nullable Batch current;

  TaskPolls(
      OpenExchanges open, Leases leases, RunningTasks runningTasks, Timer timer, NanoClock clock) {
    this.open = open;
    this.queue = open.queue();
    this.leases = leases;
    this.runningTasks = runningTasks;
    this.timer = timer;
    this.clock = clock;
  }

  /**
   * Notes the batch whose tasks may ask for more, and those of others no more.
   *
   * @param tasks how many tasks the batch has
   * @param mostTasks how many tasks it would have if many requests had waited
   */
  public void begin(long term, long batch, int tasks, int mostTasks) {
    current = new Batch(term, batch, tasks, mostTasks, runningTasks.haste(), clock.nanoTime());
    look();
  }

  /** Notes that all batches of a term up to this one are over. */
  public void end(long term, long lastBatch) {
    Batch batch = current;
    if (batch != null && batch.term == term && batch.number <= lastBatch) {
      current = null;
      look();
    }
  }

  /** Returns what a task that asks is told, when it is known. */
  public CompletableFuture<Answer> poll(TaskPoll poll) {
    LeaseKey key = poll.key();
    Batch batch = batchOf(key);
    Lease share = leases.find(key);
    if (batch == null || share == null || share.isEnded() || share.isTriedAgain()) {
      return CompletableFuture.completedFuture(END);
    }
    Lease lease = poll.isFirst() ? leases.open(key.ofMore()) : leases.find(key.ofMore());
    if (lease == null) {
      return CompletableFuture.completedFuture(END);
    }
    Set<Long> held = poll.heldRequests();
    if (held != null) {
      settlePassed(share, held);
      settlePassed(lease, held);
    }
    if (share.unansweredNumber() + lease.unansweredNumber() > poll.held()) {
      return CompletableFuture.completedFuture(END);
    }
    long until = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(poll.waitMillis());
    Waiting asked = new Waiting(poll, batch, lease, until, new CompletableFuture<>());
    waiting.add(asked);
    look();
    if (!asked.answer().isDone()) {
      lookLater();
    }
    return asked.answer();
  }

  /** Ends what no row came of, as all rows of the task are through but for some. */
  private void settlePassed(Lease lease, Set<Long> held) {
    for (Exchange exchange : lease.unanswered()) {
      if (!held.contains(exchange.id()) && !lease.isEnded()) {
        open.endWithoutReply(exchange);
      }
    }
  }

  private @Nullable Batch batchOf(LeaseKey key) {
    Batch batch = current;
    return batch != null && batch.is(key.term(), key.batch()) ? batch : null;
  }

  /** Notes that a task has succeeded, whether it has asked or not. */
  public void finish(LeaseKey key) {
    Lease lease = leases.find(key.ofMore());
    if (lease != null) {
      lease.finish();
    }
    noteEnded(key);
  }

  /**
   * Makes what a task took beyond its share wait again, after the task has failed.
   *
   * @param blame what the failure is held against
   */
  public void giveBack(LeaseKey key, Leases.Blame blame) {
    // Before, so that the task takes nothing after it.
    noteEnded(key);
    leases.giveBack(key.ofMore(), blame);
    look();
  }

  private void noteEnded(LeaseKey key) {
    Batch batch = batchOf(key);
    if (batch != null && batch.ended.add(key.partition())) {
      look();
    }
  }

  /** Answers the polls to which there is an answer by now. */
  void look() {
    if (waiting.isEmpty() || looks.getAndIncrement() > 0) {
      return;
    }
    int seen;
    do {
      seen = looks.get();
      lookOnce();
    } while (!looks.compareAndSet(seen, 0));
  }

  private void lookOnce() {
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting asked = all.next();
      try {
        Answer answer = answer(asked);
        if (answer != null) {
          all.remove();
          if (answer == END) {
            // Fewer tasks run from now on, which others may have to know.
            asked.batch().ended.add(asked.poll().key().partition());
            looks.incrementAndGet();
          }
          asked.answer().complete(answer);
        }
      } catch (RuntimeException e) {
        // Whatever went wrong, others are not to wait for ever.
        waiting.remove(asked);
        asked.answer().completeExceptionally(e);
      }
    }
  }

  private @Nullable Answer answer(Waiting asked) {
    Batch batch = asked.batch();
    if (isOver(asked) || isOverrun(batch, asked.poll().held())) {
      return END;
    }
    List<Exchange> taken = queue.shares().takeMore(asked.lease(), batch.running());
    if (taken.isEmpty() && queue.shares().hasTooLargeToPoll()) {
      return END;
    }
    return taken.isEmpty() && clock.nanoTime() - asked.until() < 0
        ? null
        : new Answer.Requests(taken);
  }

  private boolean isOver(Waiting asked) {
    Batch batch = asked.batch();
    return batch != current
        || batch.ended.contains(asked.poll().key().partition())
        || runningTasks.isHurried(batch.haste)
        || asked.lease().isEnded()
        || queue.isOver(batch.term);
  }

  private boolean isOverrun(Batch batch, long held) {
    return RunningTasks.isOverrun(
        batch.running(), batch.mostTasks, queue.size(), held, clock.nanoTime() - batch.begun);
  }

  private void lookLater() {
    if (willLook.compareAndSet(false, true)) {
      timer.newTimeout(
          fired -> {
            willLook.set(false);
            look();
            if (!waiting.isEmpty()) {
              lookLater();
            }
          },
          LOOK_MILLIS,
          TimeUnit.MILLISECONDS);
    }
  }
}
