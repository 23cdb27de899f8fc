package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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

  @GuardedBy("lock")
  private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private long waitingBytes;

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
      notEmpty.signal();
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
        waiting.addFirst(exchanges.get(i));
        waitingBytes += exchanges.get(i).request().size();
      }
      notEmpty.signal();
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
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until an exchange is there.
   *
   * @return false if none came in time
   */
  public boolean awaitNotEmpty(long timeoutMillis) throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = notEmpty.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes all that wait. */
  public List<Exchange> drain() {
    lock.lock();
    try {
      List<Exchange> all = new ArrayList<>(waiting);
      waiting.clear();
      waitingBytes = 0;
      return all;
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
  public List<Exchange> takeShare(int takers) {
    lock.lock();
    try {
      int share = (waiting.size() + takers - 1) / takers;
      List<Exchange> taken = new ArrayList<>();
      while (taken.size() < share && (taken.isEmpty() || !isSuspect(waiting.peekFirst()))) {
        Exchange next = waiting.removeFirst();
        waitingBytes -= next.request().size();
        taken.add(next);
        if (isSuspect(next)) {
          break;
        }
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isSuspect(@Nullable Exchange exchange) {
    return exchange != null && exchange.failedAttempts() > 0;
  }

  /** How many wait. */
  public int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }
}
