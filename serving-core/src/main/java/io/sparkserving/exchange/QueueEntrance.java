package io.sparkserving.exchange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The side of a queue on which exchanges come in, or come back, or leave without having been taken.
 * All threads may call all methods.
 */
final class QueueEntrance {
  private final QueueOwner owner;
  private final QueueWatch watch;

  // Used with the watch's lock held, but for methods that say otherwise.
  private final WaitingExchanges waiting;
  private final LoadShedding shedding;

  private final NanoClock clock;

  /** Whether exchanges that have made tasks fail may wait. Written with the lock held. */
  private volatile boolean hasSuspects;

  QueueEntrance(
      QueueOwner owner,
      QueueWatch watch,
      WaitingExchanges waiting,
      LoadShedding shedding,
      NanoClock clock) {
    this.owner = owner;
    this.watch = watch;
    this.waiting = waiting;
    this.shedding = shedding;
    this.clock = clock;
  }

  /** Adds an exchange at the end, or returns the answer to it: it would not be answered in time. */
  @Nullable ReplyMessage offer(Exchange exchange) {
    watch.lock.lock();
    try {
      long now = exchange.arrivedNanos();
      ReplyMessage refusal = shedding.refusal(waiting.size(), exchange.timeoutNanos(), now);
      if (refusal != null) {
        return refusal;
      }
      if (!waiting.offerLast(exchange)) {
        return Problems.queueFull(shedding.nanosFor(waiting.size(), now));
      }
      watch.wakeForNew();
    } finally {
      watch.lock.unlock();
    }
    owner.requestWaits();
    return null;
  }

  /** The answer to a request that need not even be read, or null. */
  @Nullable ReplyMessage refusal() {
    if (shedding.admitsAfter(waiting.size())) {
      return null;
    }
    watch.lock.lock();
    try {
      return shedding.refusal(waiting.size(), Long.MAX_VALUE, clock.nanoTime());
    } finally {
      watch.lock.unlock();
    }
  }

  /** Puts exchanges back before all others, in their order; the bounds do not hold for them. */
  void putBack(List<Exchange> exchanges) {
    watch.lock.lock();
    try {
      exchanges.forEach(Exchange::notePutBack);
      waiting.addFirst(exchanges);
      hasSuspects |= exchanges.stream().anyMatch(Exchange::isSuspect);
      watch.wakeAll();
    } finally {
      watch.lock.unlock();
    }
    if (!exchanges.isEmpty()) {
      owner.requestWaits();
    }
  }

  /**
   * Whether exchanges wait that have made tasks fail; may be true for a moment though none does.
   */
  boolean mayHaveSuspects() {
    return hasSuspects;
  }

  /** Notes that an exchange leaves the queue for a task. Called with the lock held. */
  void noteTaken(Exchange exchange) {
    // They have come back before all others, and so they are the first.
    hasSuspects = hasSuspects && exchange.isSuspect();
  }

  /** Forgets an exchange that was answered before any query took it. */
  void remove(Exchange exchange) {
    watch.lock.lock();
    try {
      waiting.remove(exchange);
    } finally {
      watch.lock.unlock();
    }
  }

  /** Takes out all exchanges, for nobody. */
  void clear() {
    watch.lock.lock();
    try {
      waiting.clear();
    } finally {
      watch.lock.unlock();
    }
  }

  /** Whether more requests come than the query can answer. */
  boolean isShedding() {
    return shedding.isShedding();
  }

  /** Notes that a client has left, or was sent away, before its request was answered. */
  void noteLate(Exchange exchange) {
    watch.lock.lock();
    try {
      shedding.noteLate(exchange, clock.nanoTime());
    } finally {
      watch.lock.unlock();
    }
  }
}
