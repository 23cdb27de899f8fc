package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The leases of one server: which task holds which exchanges. A task that is tried again gets the
 * same exchanges, less those answered meanwhile. Every failed try is held against the oldest
 * exchange that it left unanswered. A try that has answered none of several may have failed on any,
 * as Spark hands rows to Python in batches: then all are suspects, which go in smaller groups.
 *
 * <p>All threads may call all methods. The owner is never called with the lock held: an answer may
 * go on to the next request of its connection, which may ask for the leases of any server.
 */
public final class Leases {
  /** The server that the leases belong to. */
  interface Owner {
    /** Gives up an exchange that made tasks fail too often. */
    void giveUp(Exchange exchange);

    /** Makes exchanges wait again, before all others. */
    void putBack(List<Exchange> exchanges);

    /** Ends an exchange for which the finished query gave no row. */
    void endWithoutReply(Exchange exchange);
  }

  /** What a failed try is held against. */
  public enum Blame {
    /** The oldest exchange that the try left unanswered, or all if it has answered none. */
    OLDEST,
    /** Nothing: the task was killed. */
    NONE
  }

  /** Into how many groups those of a failed try are dealt, most of which succeed then. */
  private static final int GROUPS = 8;

  /** Fewer than Spark hands to Python at once: a group is answered whole, or not at all. */
  private static final int MOST_TOGETHER = 64;

  private final int maxRequestAttempts;
  private final Owner owner;
  private final Pace pace;
  private final NanoClock clock;

  @GuardedBy("this")
  private final Map<LeaseKey, Lease> leases = new HashMap<>();

  /** The last term in which a task said that it had failed for good. */
  @GuardedBy("this")
  private long tracedTerm;

  Leases(int maxRequestAttempts, Owner owner, Pace pace, NanoClock clock) {
    this.maxRequestAttempts = maxRequestAttempts;
    this.owner = owner;
    this.pace = pace;
    this.clock = clock;
  }

  /**
   * Opens a lease for a task that begins. If there is a lease of the same key, its task is gone
   * without a word, and the exchanges of that lease wait again.
   */
  public Lease open(LeaseKey key) {
    Lease lease = new Lease(key, pace, clock);
    Lease before;
    synchronized (this) {
      before = leases.put(key, lease);
    }
    if (before != null) {
      owner.putBack(before.end());
    }
    return lease;
  }

  /**
   * Deals the exchanges of one lease out to new leases. Whether their tasks, which may be anywhere,
   * succeed is not known here; the tasks count as finished until one says that it has failed for
   * good.
   */
  public void deal(Lease from, Map<LeaseKey, List<Exchange>> parts) {
    parts.forEach(
        (key, exchanges) -> {
          Lease part = open(key);
          exchanges.forEach(part::add);
          part.finish();
        });
    synchronized (this) {
      leases.remove(from.key(), from);
    }
  }

  /**
   * Returns the exchanges that a later try of a task gets. A try that has not been seen before says
   * that the try before it failed. The last try that Spark allows gets nothing, so that it cannot
   * fail: what it would have got waits for the next batch, apart from what has failed a task
   * before.
   *
   * @param attempt 1 for the first retry
   * @param lastAttempt number of the last try that Spark allows
   * @return unanswered exchanges; none if the batch is over, or several are all suspects
   */
  public List<Exchange> redeliver(LeaseKey key, int attempt, int lastAttempt) {
    Lease lease;
    List<Exchange> givenUp;
    synchronized (this) {
      lease = leases.get(key);
      if (lease == null) {
        return List.of();
      }
      givenUp = noteFailure(lease, attempt);
    }
    givenUp.forEach(owner::giveUp);
    List<Exchange> left = lease.unanswered();
    boolean areSuspects = left.size() > 1 && left.stream().allMatch(Exchange::isSuspect);
    if (attempt < lastAttempt && !areSuspects) {
      return left;
    }
    owner.putBack(lease.end());
    return List.of();
  }

  /** Makes what a task left wait again, after the last try that Spark allows it has failed. */
  public void giveUpTask(LeaseKey key, int attempt) {
    Lease lease;
    List<Exchange> givenUp;
    synchronized (this) {
      lease = leases.remove(key);
      if (lease == null) {
        return;
      }
      tracedTerm = key.term();
      givenUp = noteFailure(lease, attempt + 1);
    }
    givenUp.forEach(owner::giveUp);
    owner.putBack(lease.end());
  }

  /** Returns the exchanges to give up for this failure. */
  @GuardedBy("this")
  private List<Exchange> noteFailure(Lease lease, int attempt) {
    return lease.beginAttempt(attempt) ? blame(lease) : List.of();
  }

  /** Holds a failed try against whom it may be due to; returns the exchanges to give up. */
  @GuardedBy("this")
  private List<Exchange> blame(Lease lease) {
    List<Exchange> unanswered = lease.unanswered();
    boolean maySuspectAll =
        maxRequestAttempts > 1
            && unanswered.size() > 1
            && unanswered.size() == lease.delivered()
            && unanswered.stream().allMatch(each -> each.mostTogether() > 1);
    if (!maySuspectAll) {
      return blame(unanswered.stream().limit(1).toList());
    }
    int together = Math.max(1, Math.min(MOST_TOGETHER, unanswered.size() / GROUPS));
    unanswered.forEach(each -> each.noteSuspicion(together));
    return List.of();
  }

  /** Holds a failure against exchanges; returns those that have failed too often. */
  @GuardedBy("this")
  private List<Exchange> blame(List<Exchange> exchanges) {
    List<Exchange> givenUp = new ArrayList<>();
    for (Exchange exchange : exchanges) {
      if (exchange.noteFailedAttempt() >= maxRequestAttempts) {
        givenUp.add(exchange);
      }
    }
    return givenUp;
  }

  /**
   * Makes what a task left wait again, after a try of the task has failed and the next try may run
   * in another JVM.
   *
   * @param blame what the failure is held against
   */
  public void giveBack(Lease lease, Blame blame) {
    List<Exchange> givenUp = List.of();
    synchronized (this) {
      leases.remove(lease.key(), lease);
      if (blame == Blame.OLDEST) {
        givenUp = blame(lease);
      }
    }
    givenUp.forEach(owner::giveUp);
    owner.putBack(lease.end());
  }

  /**
   * Makes what the tasks of a term hold wait again, after the query of that term has ended. If no
   * task of this source has failed, a task behind a shuffle has, and what finished tasks left is to
   * blame together.
   */
  void release(long term) {
    List<Lease> released;
    List<Exchange> givenUp = new ArrayList<>();
    synchronized (this) {
      released = removeIf(key -> key.term() == term);
      for (Lease lease : released) {
        if (lease.isFinished() && tracedTerm != term) {
          givenUp.addAll(blame(lease.unanswered()));
        }
      }
    }
    givenUp.forEach(owner::giveUp);
    released.forEach(lease -> owner.putBack(lease.end()));
  }

  /** Ends the exchanges of all batches up to this one, which the query gave no row for. */
  public void settle(long term, long lastBatch) {
    for (Lease lease : removeIf(key -> key.term() == term && key.batch() <= lastBatch)) {
      lease.end().forEach(owner::endWithoutReply);
    }
  }

  /**
   * Ends the exchanges that the query gave no row for, after it has written all rows that came of
   * the first requests of a task. The task goes on.
   *
   * @param delivered number of those requests
   */
  public void settleDelivered(LeaseKey key, long delivered) {
    Lease lease;
    synchronized (this) {
      lease = leases.get(key);
    }
    if (lease != null) {
      List<Exchange> without = lease.unansweredUpTo(delivered);
      lease.forgetUpTo(delivered);
      without.forEach(owner::endWithoutReply);
    }
  }

  /**
   * Ends an exchange that the query gave no row for, as the task that holds it can only ask for the
   * next one when all that came of this one is written. Does nothing if the exchange is answered or
   * is not the task's any more.
   */
  public void settlePassed(Lease lease, Exchange exchange) {
    if (exchange.isLeftBy(lease)) {
      owner.endWithoutReply(exchange);
    }
  }

  /** Ends the exchanges that tasks have had for longer than given. */
  void settleOverdue(long afterNanos, long nowNanos) {
    List<Lease> all;
    synchronized (this) {
      all = List.copyOf(leases.values());
    }
    for (Lease lease : all) {
      for (Exchange exchange : lease.unanswered()) {
        if (exchange.isOverdue(afterNanos, nowNanos)) {
          owner.endWithoutReply(exchange);
        }
      }
    }
  }

  /** Whether all exchanges that a task was given are answered. */
  public boolean isAnswered(LeaseKey key) {
    Lease lease;
    synchronized (this) {
      lease = leases.get(key);
    }
    return lease != null && lease.isAnswered();
  }

  /** Number of unanswered requests that the tasks of earlier terms still hold. */
  public synchronized int held(long beforeTerm) {
    return leases.values().stream()
        .filter(lease -> lease.key().term() < beforeTerm)
        .mapToInt(lease -> lease.unanswered().size())
        .sum();
  }

  /** Number of unanswered requests that tasks hold. */
  public int held() {
    return held(Long.MAX_VALUE);
  }

  /** Number of tasks that hold requests, or may come to. */
  public synchronized int size() {
    return leases.size();
  }

  private synchronized List<Lease> removeIf(Predicate<LeaseKey> isOver) {
    List<Lease> over = leases.values().stream().filter(lease -> isOver.test(lease.key())).toList();
    over.forEach(lease -> leases.remove(lease.key()));
    return over;
  }
}
