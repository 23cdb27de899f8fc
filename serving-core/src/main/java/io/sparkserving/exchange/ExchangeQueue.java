package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.options.ServiceConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges that wait for a query, oldest first. Bounded in number and in bytes of bodies; an empty
 * queue takes any exchange. All threads may call all methods.
 */
public final class ExchangeQueue {
  /** A message with requests has no more bytes of bodies. */
  static final long MOST_POLLED_BYTES = 8L << 20;

  private final QueueOwner owner;
  private final Pace pace;
  private final NanoClock clock;
  private final QueueWatch watch;

  // Used with the watch's lock held, but for methods that say otherwise.
  private final WaitingExchanges waiting;
  private final LoadShedding shedding;

  private final QueueEntrance entrance;

  /** The only term in which exchanges are taken. */
  @GuardedBy("watch.lock")
  private long term;

  /**
   * Makes an empty queue, in which nothing is taken until a term begins.
   *
   * @param answered how many requests the query has answered so far
   */
  ExchangeQueue(
      ServiceConfiguration configuration,
      QueueOwner owner,
      Pace pace,
      LongSupplier answered,
      NanoClock clock) {
    this.owner = owner;
    this.pace = pace;
    this.clock = clock;
    this.waiting =
        new WaitingExchanges(configuration.maxQueueSize(), configuration.maxQueueBytes());
    this.shedding = new LoadShedding(configuration, pace, answered);
    this.watch = new QueueWatch(() -> waiting.size() > 0, clock);
    this.entrance = new QueueEntrance(owner, watch, waiting, shedding, clock);
  }

  /** Where exchanges come in. */
  QueueEntrance entrance() {
    return entrance;
  }

  /** Who waits for the next request of this queue. */
  QueueWatch watch() {
    return watch;
  }

  /**
   * Waits until there is an exchange to take in a term.
   *
   * @return false if none came in time
   */
  public boolean awaitNotEmpty(long inTerm, long timeoutMillis) throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    watch.lock.lockInterruptibly();
    try {
      while (inTerm != term || waiting.isEmpty()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = inTerm == term ? watch.awaitRequestAsleep(nanos) : watch.awaitTerm(nanos);
      }
      return true;
    } finally {
      watch.lock.unlock();
    }
  }

  /** Lets tasks of this term take exchanges from now on, and tasks of earlier terms no more. */
  void beginTerm(long begun) {
    watch.lock.lock();
    try {
      if (begun > term) {
        term = begun;
        watch.wakeForTerm();
      }
    } finally {
      watch.lock.unlock();
    }
  }

  /** Whether a term is over, so that there is nothing to take in that term any more. */
  public boolean isOver(long asked) {
    watch.lock.lock();
    try {
      return asked < term;
    } finally {
      watch.lock.unlock();
    }
  }

  /**
   * Takes the oldest exchange, waiting for one if need be.
   *
   * @return null if none came in time, or the lease has ended, or its term is over
   */
  public @Nullable Exchange take(Lease lease, long timeoutNanos) throws InterruptedException {
    return take(lease, timeoutNanos, false);
  }

  /**
   * Takes as {@link #take} does, on a thread that relays what it takes to its task's thread, and
   * has relayed all that it took before.
   */
  public @Nullable Exchange takeAhead(Lease lease, long timeoutNanos) throws InterruptedException {
    if (waiting.size() == 0) {
      lease.pauseWhileBusy();
    }
    return take(lease, timeoutNanos, true);
  }

  private @Nullable Exchange take(Lease lease, long timeoutNanos, boolean ahead)
      throws InterruptedException {
    long nanos = lease.pauseWhileAhead(shedding.mostAhead(), timeoutNanos);
    if (nanos < 0) {
      return null;
    }
    Exchange taken = takeAny(lease, nanos, ahead);
    while (taken != null && !isWanted(taken)) {
      taken = takeAny(lease, nanos, ahead);
    }
    return taken;
  }

  private @Nullable Exchange takeAny(Lease lease, long timeoutNanos, boolean ahead)
      throws InterruptedException {
    long nanos = timeoutNanos;
    List<Exchange> shed = List.of();
    watch.lock.lockInterruptibly();
    try {
      if (ahead && lease.key().term() == term) {
        watch.noteRelayed();
      }
      while (true) {
        Exchange taken = takeFirst(lease);
        if (taken != null || nanos <= 0 || lease.key().term() < term || lease.isEnded()) {
          watch.wakeForRest();
          if (taken != null) {
            shed = noteTakenAlone(taken);
          }
          return taken;
        }
        nanos = lease.key().term() == term ? watch.awaitRequest(nanos) : watch.awaitTerm(nanos);
      }
    } finally {
      watch.lock.unlock();
      refuse(shed);
    }
  }

  /**
   * Takes the oldest exchanges, if the lease's term is the current one: as many as the query can
   * answer in a while that is short for it.
   *
   * @param tasks how many tasks share them, each of which gets one where there are so many
   */
  public List<Exchange> takeBatch(Lease lease, int tasks) {
    return takeMany(lease, tasks, waiting -> Math.max(tasks, pace.shareSize()), false);
  }

  /**
   * Takes a fair share of the waiting exchanges, the oldest, and no more than a task can answer in
   * a while that is short for it. An exchange that has made a task fail comes with others that
   * have, as few as need be, or alone, so that it can harm no other.
   *
   * @param takers how many will share what waits now, the caller among them
   */
  public List<Exchange> takeShare(Lease lease, int takers) {
    return takeMany(
        lease,
        takers,
        waiting -> Math.min(pace.shareSize(), (waiting + takers - 1) / takers),
        true);
  }

  /**
   * Takes as {@link #takeShare} does, for a task elsewhere that goes on, without waiting: nothing
   * if the task has enough to answer, and no more than a message is to carry.
   *
   * @param takers how many will share what waits now, the task among them
   */
  List<Exchange> takeMore(Lease lease, int takers) {
    int room = waiting.size() == 0 ? 0 : lease.room(shedding.mostAhead());
    if (room == 0 || hasTooLargeForPolls()) {
      return List.of();
    }
    return takeMany(
        lease,
        takers,
        waiting -> Math.min(room, Math.min(pace.shareSize(), (waiting + takers - 1) / takers)),
        true,
        MOST_POLLED_BYTES);
  }

  /** Whether the oldest request is one that comes to tasks elsewhere with a batch only. */
  boolean hasTooLargeForPolls() {
    watch.lock.lock();
    try {
      Exchange first = waiting.first();
      return first != null && first.request().size() > MOST_POLLED_BYTES;
    } finally {
      watch.lock.unlock();
    }
  }

  private List<Exchange> takeMany(
      Lease lease, int tasks, IntUnaryOperator most, boolean suspectsApart) {
    return takeMany(lease, tasks, most, suspectsApart, Long.MAX_VALUE);
  }

  private List<Exchange> takeMany(
      Lease lease, int tasks, IntUnaryOperator most, boolean suspectsApart, long mostBytes) {
    List<Exchange> taken = new ArrayList<>();
    long bytes = 0;
    List<Exchange> shed;
    watch.lock.lock();
    try {
      shedding.noteTasks(tasks);
      int share = most.applyAsInt(waiting.size());
      int together = mostTogether(waiting.first());
      int number = suspectsApart ? Math.min(share, together) : share;
      while (taken.size() < number
          && (!suspectsApart || mostTogether(waiting.first()) == together)) {
        Exchange first = waiting.first();
        bytes += first == null ? 0 : first.request().size();
        Exchange next = bytes > mostBytes ? null : takeFirst(lease);
        if (next == null) {
          break;
        }
        taken.add(next);
      }
      shed = shedding.noteTaken(taken.size(), waiting, clock.nanoTime());
    } finally {
      watch.lock.unlock();
    }
    refuse(shed);
    taken.removeIf(each -> !isWanted(each));
    if (!taken.isEmpty()) {
      lease.beginShare(taken);
    }
    return taken;
  }

  /** Whether somebody still waits for the answer; drops the exchange if not. */
  private boolean isWanted(Exchange taken) {
    if (taken.takenNanos() - taken.arrivedNanos() < shedding.patienceNanos()
        || !taken.responder().isAbandoned()) {
      return true;
    }
    entrance.noteLate(taken);
    owner.drop(taken);
    return false;
  }

  /** Takes note of a request that a task has taken alone; returns those to be refused. */
  @GuardedBy("watch.lock")
  private List<Exchange> noteTakenAlone(Exchange taken) {
    pace.sample(taken);
    return shedding.noteTaken(1, waiting, taken.takenNanos());
  }

  private void refuse(List<Exchange> shed) {
    for (Exchange exchange : shed) {
      owner.refuse(exchange, Problems.overloaded(pace.shareNanos()));
    }
  }

  /**
   * Moves the oldest exchange from the queue to the lease in one step, so that it is never in
   * neither.
   */
  @GuardedBy("watch.lock")
  private @Nullable Exchange takeFirst(Lease lease) {
    if (lease.key().term() != term) {
      return null;
    }
    Exchange next = waiting.firstUnanswered();
    if (next == null || !lease.add(next)) {
      return null;
    }
    next.noteTaken(lease, clock.nanoTime());
    watch.noteTaken();
    waiting.removeFirst();
    return next;
  }

  private static int mostTogether(@Nullable Exchange exchange) {
    return exchange == null ? Integer.MAX_VALUE : exchange.mostTogether();
  }

  /** Number of waiting exchanges. */
  public int size() {
    return waiting.size();
  }

  /** Bytes of the bodies of all waiting requests together. */
  public long bytes() {
    watch.lock.lock();
    try {
      return waiting.bytes();
    } finally {
      watch.lock.unlock();
    }
  }

  /** Time since the oldest waiting exchange arrived; 0 if none waits. */
  public long oldestWaitNanos() {
    watch.lock.lock();
    try {
      Exchange oldest = waiting.first();
      return oldest == null ? 0 : clock.nanoTime() - oldest.arrivedNanos();
    } finally {
      watch.lock.unlock();
    }
  }
}
