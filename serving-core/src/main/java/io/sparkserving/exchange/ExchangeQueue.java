package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges that wait for a query, oldest first. Bounded in number and in bytes of bodies; an empty
 * queue takes any exchange. All threads may call all methods.
 */
public final class ExchangeQueue {
  private final Runnable requestsWait;
  private final NanoClock clock;
  private final QueueWatch watch;

  @GuardedBy("watch.lock")
  private final WaitingExchanges waiting;

  /** Number of waiting exchanges, for those who look without the lock. */
  private volatile int size;

  /** The only term in which exchanges are taken. */
  @GuardedBy("watch.lock")
  private long term;

  /**
   * Makes an empty queue, in which nothing is taken until a term begins.
   *
   * @param requestsWait called whenever a request begins to wait, on the thread that brought it;
   *     must not block
   */
  ExchangeQueue(int maxSize, long maxBytes, Runnable requestsWait, NanoClock clock) {
    this.requestsWait = requestsWait;
    this.clock = clock;
    this.waiting = new WaitingExchanges(maxSize, maxBytes);
    this.watch = new QueueWatch(() -> size > 0, clock);
  }

  /** Who waits for the next request of this queue. */
  QueueWatch watch() {
    return watch;
  }

  /** Adds an exchange at the end; false if the queue is full. */
  boolean offer(Exchange exchange) {
    watch.lock.lock();
    try {
      if (!waiting.offerLast(exchange)) {
        return false;
      }
      size = waiting.size();
      watch.wakeForNew();
    } finally {
      watch.lock.unlock();
    }
    requestsWait.run();
    return true;
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
      requestsWait.run();
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
    long nanos = timeoutNanos;
    watch.lock.lockInterruptibly();
    try {
      if (ahead && lease.key().term() == term) {
        watch.noteRelayed();
      }
      while (true) {
        Exchange taken = takeFirst(lease);
        if (taken != null || nanos <= 0 || lease.key().term() < term || lease.isEnded()) {
          watch.wakeForRest();
          return taken;
        }
        nanos = lease.key().term() == term ? watch.awaitRequest(nanos) : watch.awaitTerm(nanos);
      }
    } finally {
      watch.lock.unlock();
    }
  }

  /** Takes all exchanges, if the lease's term is the current one. */
  public List<Exchange> drain(Lease lease) {
    watch.lock.lock();
    try {
      List<Exchange> taken = new ArrayList<>();
      Exchange next = takeFirst(lease);
      while (next != null) {
        taken.add(next);
        next = takeFirst(lease);
      }
      return taken;
    } finally {
      watch.lock.unlock();
    }
  }

  /**
   * Takes a fair share of the waiting exchanges, the oldest. An exchange that has made a task fail
   * comes alone, so that it can harm no other.
   *
   * @param takers how many will share what waits now, the caller among them
   */
  public List<Exchange> takeShare(Lease lease, int takers) {
    watch.lock.lock();
    try {
      int share = (waiting.size() + takers - 1) / takers;
      List<Exchange> taken = new ArrayList<>();
      boolean alone = isSuspect(waiting.first());
      while (taken.size() < (alone ? 1 : share) && (alone || !isSuspect(waiting.first()))) {
        Exchange next = takeFirst(lease);
        if (next == null) {
          break;
        }
        taken.add(next);
      }
      return taken;
    } finally {
      watch.lock.unlock();
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
