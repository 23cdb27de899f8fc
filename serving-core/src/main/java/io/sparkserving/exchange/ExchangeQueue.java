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
  /** The server that the queue belongs to; called without the lock. */
  interface Owner {
    /** Hears that a request waits, on the thread that brought it; must not block. */
    void requestWaits();

    /** Refuses an exchange that would wait too long. */
    void refuse(Exchange exchange, ReplyMessage refusal);

    /** Drops an exchange whose client is gone. */
    void drop(Exchange exchange);
  }

  /** How long an exchange has to wait for it to be worth asking whether the client still does. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long PATIENCE_UNDER_OVERLOAD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final int LEAST_AHEAD = 4;
  private static final int MOST_AHEAD = 64;
  private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Owner owner;
  private final Pace pace;
  private final NanoClock clock;
  private final QueueWatch watch;

  @GuardedBy("watch.lock")
  private final WaitingExchanges waiting;

  @GuardedBy("watch.lock")
  private final LoadShedding shedding;

  private final boolean mayShed;

  @GuardedBy("watch.lock")
  private long lastSample;

  /** How many may wait, for those who look without the lock. */
  private volatile int mostWaiting = Integer.MAX_VALUE;

  /** Number of waiting exchanges, for those who look without the lock. */
  private volatile int size;

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
      Owner owner,
      Pace pace,
      LongSupplier answered,
      NanoClock clock) {
    this.owner = owner;
    this.pace = pace;
    this.clock = clock;
    this.waiting =
        new WaitingExchanges(configuration.maxQueueSize(), configuration.maxQueueBytes());
    this.mayShed = configuration.loadShedding();
    this.shedding = new LoadShedding(configuration.name(), pace, answered);
    this.watch = new QueueWatch(() -> size > 0, clock);
  }

  /** Who waits for the next request of this queue. */
  QueueWatch watch() {
    return watch;
  }

  /** Adds an exchange at the end, or returns the answer to it: it would not be answered in time. */
  @Nullable ReplyMessage offer(Exchange exchange) {
    watch.lock.lock();
    try {
      ReplyMessage refusal = refusal(exchange.timeoutNanos());
      if (refusal != null) {
        return refusal;
      }
      if (!waiting.offerLast(exchange)) {
        return Problems.queueFull(shedding.nanosFor(waiting.size()));
      }
      size = waiting.size();
      watch.wakeForNew();
    } finally {
      watch.lock.unlock();
    }
    owner.requestWaits();
    return null;
  }

  /** The answer to a request that need not even be read, or null. */
  @Nullable ReplyMessage refusal() {
    if (size < mostWaiting) {
      return null;
    }
    watch.lock.lock();
    try {
      return refusal(Long.MAX_VALUE);
    } finally {
      watch.lock.unlock();
    }
  }

  /** The answer to a request that would wait too long, or longer than its time-out; or null. */
  @GuardedBy("watch.lock")
  private @Nullable ReplyMessage refusal(long timeoutNanos) {
    if (!mayShed || waiting.isEmpty()) {
      return null;
    }
    long wait = shedding.nanosFor(waiting.size());
    if (mostWaiting != Integer.MAX_VALUE) {
      long now = clock.nanoTime();
      mostWaiting = shedding.mostWaiting(now);
      if (waiting.size() >= mostWaiting) {
        shedding.noteRefusal(now);
        return Problems.overloaded(wait);
      }
    }
    return wait > timeoutNanos ? Problems.overloaded(wait) : null;
  }

  /** Puts exchanges back before all others, in their order; the bounds do not hold for them. */
  void putBack(List<Exchange> exchanges) {
    watch.lock.lock();
    try {
      exchanges.forEach(Exchange::notePutBack);
      waiting.addFirst(exchanges);
      size = waiting.size();
      watch.wakeAll();
    } finally {
      watch.lock.unlock();
    }
    if (!exchanges.isEmpty()) {
      owner.requestWaits();
    }
  }

  /** Forgets an exchange that was answered before any query took it. */
  void remove(Exchange exchange) {
    watch.lock.lock();
    try {
      waiting.remove(exchange);
      size = waiting.size();
    } finally {
      watch.lock.unlock();
    }
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
    if (size == 0) {
      lease.pauseWhileBusy();
    }
    return take(lease, timeoutNanos, true);
  }

  private @Nullable Exchange take(Lease lease, long timeoutNanos, boolean ahead)
      throws InterruptedException {
    long nanos = lease.pauseWhileAhead(mostAhead(), timeoutNanos);
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
            sample(taken);
            shed = shed(1, taken.takenNanos());
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
   * a while that is short for it. An exchange that has made a task fail comes alone, so that it can
   * harm no other.
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

  private List<Exchange> takeMany(
      Lease lease, int tasks, IntUnaryOperator most, boolean suspectsAlone) {
    List<Exchange> taken = new ArrayList<>();
    List<Exchange> shed;
    watch.lock.lock();
    try {
      shedding.noteTasks(tasks);
      int share = most.applyAsInt(waiting.size());
      boolean alone = suspectsAlone && isSuspect(waiting.first());
      while (taken.size() < (alone ? 1 : share)
          && (alone || !suspectsAlone || !isSuspect(waiting.first()))) {
        Exchange next = takeFirst(lease);
        if (next == null) {
          break;
        }
        taken.add(next);
      }
      shed = shed(taken.size(), clock.nanoTime());
    } finally {
      watch.lock.unlock();
    }
    refuse(shed);
    taken.removeIf(each -> !isWanted(each));
    if (!taken.isEmpty()) {
      lease.beginShare(taken.size());
    }
    return taken;
  }

  /** Whether somebody still waits for the answer; drops the exchange if not. */
  private boolean isWanted(Exchange taken) {
    long patience = isShedding() ? PATIENCE_UNDER_OVERLOAD_NANOS : PATIENCE_NANOS;
    if (taken.takenNanos() - taken.arrivedNanos() < patience || !taken.responder().isAbandoned()) {
      return true;
    }
    noteLate();
    owner.drop(taken);
    return false;
  }

  /** Whether more requests come than the query can answer. */
  boolean isShedding() {
    return mostWaiting != Integer.MAX_VALUE;
  }

  /** Notes that a client has left, or was sent away, before its request was answered. */
  void noteLate() {
    watch.lock.lock();
    try {
      shedding.noteLate(clock.nanoTime());
    } finally {
      watch.lock.unlock();
    }
  }

  /** How many requests a task may have that it has not answered. */
  private int mostAhead() {
    return Math.max(LEAST_AHEAD, Math.min(MOST_AHEAD, mostWaiting));
  }

  /** Has it measured, now and then, how long a task needs for a request. */
  @GuardedBy("watch.lock")
  private void sample(Exchange taken) {
    if (!waiting.isEmpty() && taken.takenNanos() - lastSample > SAMPLE_NANOS) {
      lastSample = taken.takenNanos();
      taken.markAsSample();
    }
  }

  /** Takes out the newest exchanges where too many wait; to be refused without the lock. */
  @GuardedBy("watch.lock")
  private List<Exchange> shed(int taken, long now) {
    if (!mayShed) {
      return List.of();
    }
    shedding.noteTaken(taken, waiting.first(), now);
    mostWaiting = shedding.mostWaiting(now);
    if (waiting.size() <= mostWaiting) {
      return List.of();
    }
    List<Exchange> shed = new ArrayList<>();
    while (waiting.size() > mostWaiting) {
      shed.add(waiting.removeLast());
    }
    size = waiting.size();
    shedding.noteRefusal(now);
    return shed;
  }

  private void refuse(List<Exchange> shed) {
    for (Exchange exchange : shed) {
      owner.refuse(exchange, Problems.overloaded(pace.shareNanos()));
    }
  }

  /**
   * Moves the oldest exchange from the queue to the lease in one step, so that it is never in
   * neither. An exchange that came back from a task, and was answered by it all the same, is
   * dropped.
   */
  @GuardedBy("watch.lock")
  private @Nullable Exchange takeFirst(Lease lease) {
    if (lease.key().term() != term) {
      return null;
    }
    Exchange next = waiting.first();
    while (next != null && next.isAnswered()) {
      removeFirst();
      next = waiting.first();
    }
    if (next == null || !lease.add(next)) {
      return null;
    }
    next.noteTaken(lease, clock.nanoTime());
    watch.noteTaken();
    removeFirst();
    return next;
  }

  @GuardedBy("watch.lock")
  private void removeFirst() {
    waiting.removeFirst();
    size = waiting.size();
  }

  /** Takes out all exchanges, for nobody. */
  void clear() {
    watch.lock.lock();
    try {
      waiting.clear();
      size = 0;
    } finally {
      watch.lock.unlock();
    }
  }

  private static boolean isSuspect(@Nullable Exchange exchange) {
    return exchange != null && exchange.failedAttempts() > 0;
  }

  /** Number of waiting exchanges. */
  public int size() {
    return size;
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
