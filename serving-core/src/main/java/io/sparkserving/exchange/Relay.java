package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/**
 * What is particular where a thread takes requests ahead of its task and hands them on to the
 * task's thread, as with the continuous trigger. There are two threads that would have to be woken
 * then, so both watch: one for requests that wait, the other for the next request of a connection,
 * and for what it has found there to come back as a row.
 */
final class Relay {
  /** Longer than a row takes that nobody has to be woken for. */
  private static final long NANOS = TimeUnit.MICROSECONDS.toNanos(30);

  private final Watch connections;
  private volatile boolean needed;
  private volatile boolean done;
  private long idleSince = System.nanoTime();

  Relay(Lock lock) {
    connections = new Watch(lock);
  }

  /** Whether those who take requests hand them on. */
  boolean isNeeded() {
    return needed;
  }

  /** That of the task's thread. */
  Watch connections() {
    return connections;
  }

  /** Nobody is known to hand on requests any more. */
  void forget() {
    needed = false;
  }

  /** A request is taken. */
  void noteBegun() {
    done = false;
  }

  /** A thread comes for another request, and has handed on what it took before. */
  void noteDone() {
    needed = true;
    done = true;
  }

  /** The task's thread has answered all there was. Called with the queue's lock held. */
  void noteIdle() {
    idleSince = System.nanoTime();
  }

  /**
   * Since when a thread that has waited for a request since then had reason to expect one. Called
   * with the queue's lock held.
   */
  long idleSince(long waitedSince) {
    return idleSince - waitedSince > 0 ? idleSince : waitedSince;
  }

  /**
   * Waits until what waits is handed on, without the lock.
   *
   * @param isAnyWaiting whether it still waits to be taken
   */
  void watch(BooleanSupplier isAnyWaiting) {
    long start = System.nanoTime();
    while (needed
        && Watch.IS_POSSIBLE
        && (isAnyWaiting.getAsBoolean() || !done)
        && System.nanoTime() - start < NANOS) {
      Thread.onSpinWait();
    }
  }
}
