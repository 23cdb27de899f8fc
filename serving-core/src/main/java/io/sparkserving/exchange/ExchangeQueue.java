package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges that wait for a query, oldest first. Bounded in number and in bytes of bodies; an empty
 * queue takes any exchange. All threads may call all methods.
 */
public final class ExchangeQueue {
  private final int maxSize;
  private final long maxBytes;
  private final Runnable requestsWait;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition termBegun = lock.newCondition();

  @GuardedBy("lock")
  private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private long waitingBytes;

  /** How many wait, for those who look without the lock. */
  private volatile int size;

  @GuardedBy("lock")
  private final Watch watch = new Watch(lock);

  private final Relay handOver = new Relay(lock);

  /** The only term in which exchanges are taken. */
  @GuardedBy("lock")
  private long term;

  ExchangeQueue(int maxSize, long maxBytes, Runnable requestsWait) {
    this.maxSize = maxSize;
    this.maxBytes = maxBytes;
    this.requestsWait = requestsWait;
  }

  /** Adds at the end; false if the queue is full. */
  boolean offer(Exchange exchange) {
    lock.lock();
    try {
      int bytes = exchange.request().size();
      if (!waiting.isEmpty() && (waiting.size() >= maxSize || waitingBytes + bytes > maxBytes)) {
        return false;
      }
      waiting.addLast(exchange);
      waitingBytes += bytes;
      size = waiting.size();
      if (!watch.isKept()) {
        notEmpty.signal();
      }
    } finally {
      lock.unlock();
    }
    requestsWait.run();
    return true;
  }

  /** Puts exchanges back before all others, in their order; the bounds do not hold for them. */
  void putBack(List<Exchange> exchanges) {
    lock.lock();
    try {
      for (int i = exchanges.size() - 1; i >= 0; i--) {
        exchanges.get(i).notePutBack();
        waiting.addFirst(exchanges.get(i));
        waitingBytes += exchanges.get(i).request().size();
      }
      size = waiting.size();
      notEmpty.signalAll();
    } finally {
      lock.unlock();
    }
    if (!exchanges.isEmpty()) {
      requestsWait.run();
    }
  }

  /** Forgets an exchange that was answered before any query took it. */
  void remove(Exchange exchange) {
    lock.lock();
    try {
      if (waiting.remove(exchange)) {
        waitingBytes -= exchange.request().size();
        size = waiting.size();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is an exchange to take in a term.
   *
   * @return false if none came in time
   */
  public boolean awaitNotEmpty(long inTerm, long timeoutMillis) throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    lock.lockInterruptibly();
    try {
      while (inTerm != term || waiting.isEmpty()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = (inTerm == term ? notEmpty : termBegun).awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** From now on those of this term take what waits, and those of earlier ones nothing more. */
  void beginTerm(long begun) {
    lock.lock();
    try {
      if (begun > term) {
        term = begun;
        handOver.forget();
        termBegun.signalAll();
        notEmpty.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the term is over, so that there is nothing to take in it any more. */
  public boolean isOver(long asked) {
    lock.lock();
    try {
      return asked < term;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the oldest, waiting for it if need be.
   *
   * @return null if none came in time, or the lease has ended, or its term is over
   */
  public @Nullable Exchange take(Lease lease, long timeoutNanos) throws InterruptedException {
    return take(lease, timeoutNanos, false);
  }

  /**
   * As {@link #take}, for a thread that hands what it takes on to another one. It has done so with
   * all that it took before.
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
    lock.lockInterruptibly();
    try {
      if (ahead && lease.key().term() == term) {
        handOver.noteDone();
      }
      while (true) {
        Exchange taken = takeFirst(lease);
        if (taken != null || nanos <= 0 || lease.key().term() < term || lease.isEnded()) {
          // Whoever was woken by a request and leaves it must wake another, and whoever watched
          // has kept others asleep.
          if (!waiting.isEmpty()) {
            notEmpty.signal();
          }
          return taken;
        }
        nanos = lease.key().term() == term ? awaitRequest(nanos) : termBegun.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits a moment until what waits here is taken, and handed on to the current thread. Does
   * nothing where threads take requests for themselves.
   */
  void watchHandOver() {
    handOver.watch(this::isAnyWaiting);
  }

  /**
   * Waits for a request, at first {@linkplain Watch watching} for it.
   *
   * @return how much of the time is left
   */
  @GuardedBy("lock")
  private long awaitRequest(long nanos) throws InterruptedException {
    long start = System.nanoTime();
    if (watch.isWorthIt()) {
      watch.keep(this::isAnyWaiting);
    }
    long left = nanos - (System.nanoTime() - start);
    if (waiting.isEmpty()) {
      left = notEmpty.awaitNanos(left);
    }
    long idleSince = handOver.idleSince(start);
    watch.noteWaited(idleSince);
    handOver.connections().noteWaited(idleSince);
    return left;
  }

  /**
   * {@linkplain Watch Watches} something else than the queue where the next request may come from.
   * Returns when there is something, here or there. For threads that have just answered a request
   * and have nothing else to do.
   *
   * @param found whether there is something; called many times, and not when a request waits here
   */
  void watch(BooleanSupplier found) {
    lock.lock();
    try {
      Watch connections = watch;
      if (handOver.isNeeded()) {
        handOver.noteIdle();
        connections = handOver.connections();
      }
      if (waiting.isEmpty() && connections.isWorthIt()) {
        watchInsteadOfOthers(connections, found);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whoever watches keeps others asleep, and here is not one to take what came meanwhile. */
  @GuardedBy("lock")
  private void watchInsteadOfOthers(Watch connections, BooleanSupplier found) {
    try {
      connections.keepAfterReply(() -> isAnyWaiting() || found.getAsBoolean());
    } finally {
      if (!waiting.isEmpty()) {
        notEmpty.signal();
      }
    }
  }

  private boolean isAnyWaiting() {
    return size > 0;
  }

  /** Takes all that wait, if the lease's term is the current one. */
  public List<Exchange> drain(Lease lease) {
    lock.lock();
    try {
      List<Exchange> taken = new ArrayList<>();
      Exchange next = takeFirst(lease);
      while (next != null) {
        taken.add(next);
        next = takeFirst(lease);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a fair share of those that wait, the oldest. One that has made a task fail comes alone,
   * so that it can harm no other.
   *
   * @param takers how many will share what waits now, this one among them
   */
  public List<Exchange> takeShare(Lease lease, int takers) {
    lock.lock();
    try {
      int share = (waiting.size() + takers - 1) / takers;
      List<Exchange> taken = new ArrayList<>();
      boolean alone = isSuspect(waiting.peekFirst());
      while (taken.size() < (alone ? 1 : share) && (alone || !isSuspect(waiting.peekFirst()))) {
        Exchange next = takeFirst(lease);
        if (next == null) {
          break;
        }
        taken.add(next);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves the oldest from the queue to the lease in one step, so that it is never in neither. One
   * that came back from a task, and was answered by it all the same, is dropped.
   */
  @GuardedBy("lock")
  private @Nullable Exchange takeFirst(Lease lease) {
    if (lease.key().term() != term) {
      return null;
    }
    Exchange next = waiting.peekFirst();
    while (next != null && next.isAnswered()) {
      removeFirst();
      next = waiting.peekFirst();
    }
    if (next == null || !lease.add(next)) {
      return null;
    }
    next.noteTaken(lease);
    handOver.noteBegun();
    removeFirst();
    return next;
  }

  @GuardedBy("lock")
  private void removeFirst() {
    waitingBytes -= waiting.removeFirst().request().size();
    size = waiting.size();
  }

  /** Takes out all that wait, for nobody. */
  List<Exchange> clear() {
    lock.lock();
    try {
      List<Exchange> all = new ArrayList<>(waiting);
      waiting.clear();
      waitingBytes = 0;
      size = 0;
      return all;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isSuspect(@Nullable Exchange exchange) {
    return exchange != null && exchange.failedAttempts() > 0;
  }

  /** How many wait. */
  public int size() {
    return size;
  }

  /** How many bytes the bodies of those hold together. */
  public long bytes() {
    lock.lock();
    try {
      return waitingBytes;
    } finally {
      lock.unlock();
    }
  }

  /** How long the oldest of them has waited, since it arrived; 0 if there is none. */
  public long oldestWaitNanos() {
    lock.lock();
    try {
      Exchange oldest = waiting.peekFirst();
      return oldest == null ? 0 : System.nanoTime() - oldest.arrivedNanos();
    } finally {
      lock.unlock();
    }
  }
}
