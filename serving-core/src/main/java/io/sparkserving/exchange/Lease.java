package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What one task holds. Of what is answered nothing is kept, so that a task may go on for ever. The
 * queue adds, {@link Leases} ends; all threads may call all methods.
 */
public final class Lease {
  private static final int LEAST_TO_SWEEP = 64;

  private record Held(long number, Exchange exchange) {}

  private final LeaseKey key;

  @GuardedBy("this")
  private final Deque<Held> held = new ArrayDeque<>();

  @GuardedBy("this")
  private long delivered;

  @GuardedBy("this")
  private int sweepAt = LEAST_TO_SWEEP;

  @GuardedBy("this")
  private int attempt;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private boolean finished;

  Lease(LeaseKey key) {
    this.key = key;
  }

  /** Whose it is. */
  public LeaseKey key() {
    return key;
  }

  /** Adds one more; false if the lease has ended. */
  synchronized boolean add(Exchange exchange) {
    if (ended) {
      return false;
    }
    forgetAnswered();
    delivered++;
    held.addLast(new Held(delivered, exchange));
    return true;
  }

  @GuardedBy("this")
  private void forgetAnswered() {
    while (!held.isEmpty() && held.peekFirst().exchange().isAnswered()) {
      held.removeFirst();
    }
    // One that gets no answer for long must not keep all that came after it.
    if (held.size() >= sweepAt) {
      held.removeIf(each -> each.exchange().isAnswered());
      sweepAt = Math.max(LEAST_TO_SWEEP, 2 * held.size());
    }
  }

  /** Whether all that was delivered is answered. */
  public synchronized boolean isAnswered() {
    forgetAnswered();
    return held.isEmpty();
  }

  /** How many were added so far. */
  public synchronized long delivered() {
    return delivered;
  }

  /**
   * The task has succeeded: what it left is in the hands of others, behind a shuffle, or nobody's.
   */
  public synchronized void finish() {
    finished = true;
  }

  synchronized boolean isFinished() {
    return finished;
  }

  /** How many it keeps, answered ones that it has not yet forgotten among them. */
  synchronized int size() {
    return held.size();
  }

  synchronized boolean isEnded() {
    return ended;
  }

  /** What is not answered yet, in the order of delivery. */
  synchronized List<Exchange> unanswered() {
    return unansweredUpTo(delivered);
  }

  /** Of the first so many that were delivered. */
  synchronized List<Exchange> unansweredUpTo(long number) {
    List<Exchange> unanswered = new ArrayList<>();
    for (Held each : held) {
      if (each.number() <= number && !each.exchange().isAnswered()) {
        unanswered.add(each.exchange());
      }
    }
    return unanswered;
  }

  /** Forgets the first so many that were delivered. */
  synchronized void forgetUpTo(long number) {
    held.removeIf(each -> each.number() <= number);
  }

  /** Notes a try of the task; true if it is a later one than all before. */
  synchronized boolean beginAttempt(int number) {
    boolean isNew = number > attempt;
    attempt = Math.max(attempt, number);
    return isNew;
  }

  /** From now on nothing can be added; returns what is left. */
  synchronized List<Exchange> end() {
    List<Exchange> left = unanswered();
    ended = true;
    held.clear();
    return left;
  }
}
