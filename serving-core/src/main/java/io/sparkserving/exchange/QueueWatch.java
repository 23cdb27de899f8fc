package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Threads that wait for the next request of one queue, asleep or {@linkplain Watch watching}, and
 * which of them is woken. A wait may end early, so that whoever waits has to look and wait again.
 * The queue holds the same lock for what it keeps.
 */
final class QueueWatch {
  final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition termBegun = lock.newCondition();
  private final BooleanSupplier isAnyWaiting;
  private final NanoClock clock;

  @GuardedBy("lock")
  private final Watch requests;

  private final Relay relay;

  /**
   * Makes the watch of a queue in which no request waits.
   *
   * @param isAnyWaiting whether a request waits in the queue; called many times, and without the
   *     lock
   */
  QueueWatch(BooleanSupplier isAnyWaiting, NanoClock clock) {
    this.isAnyWaiting = isAnyWaiting;
    this.clock = clock;
    this.requests = new Watch(lock, clock);
    this.relay = new Relay(lock, clock);
  }

  /** Wakes a thread for a request that has come, unless another one watches and will find it. */
  @GuardedBy("lock")
  void wakeForNew() {
    if (!requests.isKept()) {
      notEmpty.signal();
    }
  }

  /**
   * Wakes a thread if any request waits, watched or not: whoever was woken by a request and leaves
   * it must wake another, and whoever watched has kept others asleep.
   */
  @GuardedBy("lock")
  void wakeForRest() {
    if (isAnyWaiting.getAsBoolean()) {
      notEmpty.signal();
    }
  }

  /** Wakes all threads that wait for a request. */
  @GuardedBy("lock")
  void wakeAll() {
    notEmpty.signalAll();
  }

  /** Wakes all threads, as a new term has begun, in which none is known to relay requests. */
  @GuardedBy("lock")
  void wakeForTerm() {
    relay.forget();
    termBegun.signalAll();
    notEmpty.signalAll();
  }

  /** Waits asleep for another term to begin; returns the time that is left. */
  @GuardedBy("lock")
  long awaitTerm(long nanos) throws InterruptedException {
    return termBegun.awaitNanos(nanos);
  }

  /** Waits asleep for a request; returns the time that is left. */
  @GuardedBy("lock")
  long awaitRequestAsleep(long nanos) throws InterruptedException {
    return notEmpty.awaitNanos(nanos);
  }

  /** Waits for a request, at first watching for it; returns the time that is left. */
  @GuardedBy("lock")
  long awaitRequest(long nanos) throws InterruptedException {
    long start = clock.nanoTime();
    if (requests.isWorthIt()) {
      requests.keep(isAnyWaiting);
    }
    long left = nanos - (clock.nanoTime() - start);
    if (!isAnyWaiting.getAsBoolean()) {
      left = notEmpty.awaitNanos(left);
    }
    long idleSince = relay.idleSince(start);
    requests.noteWaited(idleSince);
    relay.connections().noteWaited(idleSince);
    return left;
  }

  /**
   * Notes that a request is about to leave the queue. To be called before the queue is seen to be
   * empty, as {@link #watchRelay} would miss the request otherwise.
   */
  @GuardedBy("lock")
  void noteTaken() {
    relay.noteBegun();
  }

  /** Notes that the current thread relays requests, and has relayed all that it took before. */
  @GuardedBy("lock")
  void noteRelayed() {
    relay.noteDone();
  }

  /**
   * Waits a moment until the waiting requests are taken, and relayed to the current thread. Does
   * nothing where threads take requests for themselves.
   */
  void watchRelay() {
    relay.watch(isAnyWaiting);
  }

  /**
   * Watches a connection that the next request may come from, where that is worth it. Returns when
   * there is a request, on the connection or in the queue. For threads that have just answered a
   * request and have nothing else to do.
   *
   * @param found whether the connection has a request; called many times, without the lock, and not
   *     when a request waits in the queue
   */
  void watchConnection(BooleanSupplier found) {
    lock.lock();
    try {
      Watch connections = requests;
      if (relay.isNeeded()) {
        relay.noteIdle();
        connections = relay.connections();
      }
      if (!isAnyWaiting.getAsBoolean() && connections.isWorthIt()) {
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
      connections.keepAfterReply(() -> isAnyWaiting.getAsBoolean() || found.getAsBoolean());
    } finally {
      wakeForRest();
    }
  }
}
