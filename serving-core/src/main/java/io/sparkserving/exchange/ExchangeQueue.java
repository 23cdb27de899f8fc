package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.options.ServiceConfiguration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges that wait for a query, oldest first. Bounded in number and in bytes of bodies; an empty
 * queue takes any exchange. All threads may call all methods.
 */
public final class ExchangeQueue {
  private final QueueOwner owner;
  private final Pace pace;
  private final NanoClock clock;
  private final Journaling journaling;
  final QueueWatch watch;

  // Used with the watch's lock held, but for methods that say otherwise.
  private final WaitingExchanges waiting;
  private final LoadShedding shedding;

  private final QueueEntrance entrance;
  private final QueueShares shares;

  /** The only term in which exchanges are taken. */
  @GuardedBy("watch.lock")
  private long term;

  /**
   * Makes an empty queue, in which nothing is taken until a term begins.
   *
   * @param journaling writes down what tasks take
   * @param answered how many requests the query has answered so far
   */
  ExchangeQueue(
      ServiceConfiguration configuration,
      QueueOwner owner,
      Journaling journaling,
      Pace pace,
      LongSupplier answered,
      NanoClock clock) {
    this.owner = owner;
    this.journaling = journaling;
    this.pace = pace;
    this.clock = clock;
    this.waiting =
        new WaitingExchanges(configuration.maxQueueSize(), configuration.maxQueueBytes());
    this.shedding = new LoadShedding(configuration, pace, answered);
    this.watch = new QueueWatch(() -> waiting.size() > 0, clock);
    this.entrance = new QueueEntrance(owner, watch, waiting, shedding, clock);
    this.shares = new QueueShares(this, waiting, shedding, pace, clock);
  }

  /** Where exchanges come in. */
  QueueEntrance entrance() {
    return entrance;
  }

  /** Where several exchanges are taken together. */
  QueueShares shares() {
    return shares;
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
        shedding.noteResumed(clock.nanoTime());
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
    while (taken != null && !isForTask(lease.key(), taken)) {
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
    return shares.takeBatch(lease, tasks);
  }

  /**
   * Takes a fair share of the waiting exchanges, the oldest, and no more than a task can answer in
   * a while that is short for it. An exchange that has made a task fail comes with others that
   * have, as few as need be, or alone, so that it can harm no other.
   *
   * @param takers how many will share what waits now, the caller among them
   */
  public List<Exchange> takeShare(Lease lease, int takers) {
    return shares.takeShare(lease, takers);
  }

  /** Whether a task is to get what it has taken; the exchange has its answer if not. */
  boolean isForTask(LeaseKey key, Exchange taken) {
    return isWanted(taken) && isJournaled(key, taken);
  }

  /** Whether a request is being written down, if need be; refuses the request if not. */
  boolean isJournaled(LeaseKey key, Exchange taken) {
    if (journaling.append(key, taken)) {
      return true;
    }
    owner.refuse(taken, Problems.notJournaled());
    return false;
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

  /** Answers those that came too many. To be called without the lock. */
  void refuse(List<Exchange> shed) {
    for (Exchange exchange : shed) {
      owner.refuse(exchange, Problems.overloaded(pace.shareNanos()));
    }
  }

  /**
   * Moves the oldest exchange from the queue to the lease in one step, so that it is never in
   * neither.
   */
  @GuardedBy("watch.lock")
  @Nullable Exchange takeFirst(Lease lease) {
    if (lease.key().term() != term) {
      return null;
    }
    Exchange next = waiting.firstUnanswered();
    if (next == null || !lease.add(next)) {
      return null;
    }
    long now = clock.nanoTime();
    next.noteTaken(lease, now);
    if (next.isSuspect()) {
      shedding.noteResumed(now);
    }
    watch.noteTaken();
    waiting.removeFirst();
    entrance.noteTaken(next);
    return next;
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
