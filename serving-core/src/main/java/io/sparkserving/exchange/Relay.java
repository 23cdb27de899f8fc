package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/**
 * A relay of requests: one thread, the reader, takes them ahead of a task, and relays them to the
 * task's thread, as with the continuous trigger. Two threads would have to be woken for a request
 * then, so both watch: the reader for requests that wait, the task's thread for the next request of
 * a connection, and for what it has found there to come back as a row.
 */
final class Relay {
  /** Longer than a request takes to be relayed where nobody has to be woken for it. */
  private static final long NANOS = TimeUnit.MICROSECONDS.toNanos(30);

  private final NanoClock clock;
  private final Watch connections;
  private volatile boolean needed;
  private volatile boolean done;
  private long idleSince;

  Relay(Lock lock, NanoClock clock) {
    this.clock = clock;
    connections = new Watch(lock, clock);
    idleSince = clock.nanoTime();
  }

  /** Whether the threads that take requests relay them. */
  boolean isNeeded() {
    return needed;
  }

  /** The watch that the task's thread keeps on connections. */
  Watch connections() {
    return connections;
  }

  /** Forgets that any thread relays requests. */
  void forget() {
    needed = false;
  }

  /** Notes that a request is taken. */
  void noteBegun() {
    done = false;
  }

  /** Notes that a reader comes for another request, and has relayed what it took before. */
  void noteDone() {
    needed = true;
    done = true;
  }

  /** Notes that the task's thread has answered all requests. Called with the queue's lock held. */
  void noteIdle() {
    idleSince = clock.nanoTime();
  }

  /**
   * Returns since when a thread had reason to expect a request. Called with the queue's lock held.
   *
   * @param waitedSince when the thread began to wait
   */
  long idleSince(long waitedSince) {
    return idleSince - waitedSince > 0 ? idleSince : waitedSince;
  }

  /**
   * Waits until all requests are relayed, for a moment at most, without the lock.
   *
   * @param isAnyWaiting whether a request still waits to be taken
   */
  void watch(BooleanSupplier isAnyWaiting) {
    long start = clock.nanoTime();
    while (needed
        && Watch.IS_POSSIBLE
        && (isAnyWaiting.getAsBoolean() || !done)
        && clock.nanoTime() - start < NANOS) {
      Thread.onSpinWait();
    }
  }
}
