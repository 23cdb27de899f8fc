package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which task holds which exchanges. A task that is tried again gets the same exchanges, less those
 * answered meanwhile. Every failed try is held against the oldest exchange that it left unanswered.
 * All threads may call all methods.
 */
public final class Leases {
  /** What a lease needs of its service. */
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
    /** The oldest exchange that it left unanswered. */
    OLDEST,
    /** Nothing: the task was killed. */
    NONE
  }

  private final int maxRequestAttempts;
  private final Owner owner;

  @GuardedBy("this")
  private final Map<LeaseKey, Lease> leases = new HashMap<>();

  /** The last term in which a task said that it had failed for good. */
  @GuardedBy("this")
  private long tracedTerm;

  Leases(int maxRequestAttempts, Owner owner) {
    this.maxRequestAttempts = maxRequestAttempts;
    this.owner = owner;
  }

  /**
   * A lease for a task that begins. If there is one of that key, its task is gone without a word,
   * and what it holds waits again.
   */
  public synchronized Lease open(LeaseKey key) {
    Lease lease = new Lease(key);
    Lease before = leases.put(key, lease);
    if (before != null) {
      owner.putBack(before.end());
    }
    return lease;
  }

  /**
   * Deals what one lease holds out to others. Whether their tasks, which may be anywhere, succeed
   * is not known here; they count as finished until one says that it has failed for good.
   */
  public synchronized void deal(Lease from, Map<LeaseKey, List<Exchange>> parts) {
    parts.forEach(
        (key, exchanges) -> {
          Lease part = open(key);
          exchanges.forEach(part::add);
          part.finish();
        });
    leases.remove(from.key(), from);
  }

  /**
   * What a later try of a task gets. A try that has not been seen before says that the one before
   * it failed. The last try that Spark allows gets nothing, so that it cannot fail: what it would
   * have got waits for the next batch, apart from what has failed a task before.
   *
   * @param attempt 1 for the first retry
   * @param lastAttempt number of the last try that Spark allows
   * @return unanswered exchanges; none if the batch is over
   */
  public synchronized List<Exchange> redeliver(LeaseKey key, int attempt, int lastAttempt) {
    Lease lease = leases.get(key);
    if (lease == null) {
      return List.of();
    }
    noteFailure(lease, attempt);
    if (attempt < lastAttempt) {
      return lease.unanswered();
    }
    owner.putBack(lease.end());
    return List.of();
  }

  /** The last try that Spark allows a task has failed, and what it left waits again. */
  public synchronized void giveUpTask(LeaseKey key, int attempt) {
    Lease lease = leases.remove(key);
    if (lease != null) {
      tracedTerm = key.term();
      noteFailure(lease, attempt + 1);
      owner.putBack(lease.end());
    }
  }

  @GuardedBy("this")
  private void noteFailure(Lease lease, int attempt) {
    if (lease.beginAttempt(attempt)) {
      blameOldest(lease.unanswered());
    }
  }

  @GuardedBy("this")
  private void blameOldest(List<Exchange> unanswered) {
    if (!unanswered.isEmpty()) {
      blame(unanswered.get(0));
    }
  }

  @GuardedBy("this")
  private void blame(Exchange exchange) {
    if (exchange.noteFailedAttempt() >= maxRequestAttempts) {
      owner.giveUp(exchange);
    }
  }

  /**
   * A try of a task has failed, and the next one may run in another JVM: what it left waits again.
   *
   * @param blame whether the failure is held against the oldest of those
   */
  public synchronized void giveBack(Lease lease, Blame blame) {
    leases.remove(lease.key(), lease);
    if (blame == Blame.OLDEST) {
      blameOldest(lease.unanswered());
    }
    owner.putBack(lease.end());
  }

  /**
   * The query that took requests in this term has ended: what its tasks hold waits again. If it was
   * no task of this source that failed, it was one behind a shuffle, and what finished tasks left
   * is to blame together.
   */
  synchronized void release(long term) {
    for (Lease lease : removeIf(key -> key.term() == term)) {
      if (lease.isFinished() && tracedTerm != term) {
        lease.unanswered().forEach(this::blame);
      }
      owner.putBack(lease.end());
    }
  }

  /** The query has finished all batches up to this one: ends what it gave no row for. */
  public void settle(long term, long lastBatch) {
    for (Lease lease : removeIf(key -> key.term() == term && key.batch() <= lastBatch)) {
      lease.end().forEach(owner::endWithoutReply);
    }
  }

  /**
   * The query has written all rows that came of the first so many requests of a task: ends those
   * that it gave no row for. The task goes on.
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

  /** Whether all that a task was given is answered. */
  public boolean isAnswered(LeaseKey key) {
    Lease lease;
    synchronized (this) {
      lease = leases.get(key);
    }
    return lease != null && lease.isAnswered();
  }

  /** How many requests the tasks of earlier terms still hold. */
  public synchronized int held(long beforeTerm) {
    return leases.values().stream()
        .filter(lease -> lease.key().term() < beforeTerm)
        .mapToInt(lease -> lease.unanswered().size())
        .sum();
  }

  /** How many requests tasks hold. */
  public int held() {
    return held(Long.MAX_VALUE);
  }

  /** How many tasks hold some, or would. */
  public synchronized int size() {
    return leases.size();
  }

  private synchronized List<Lease> removeIf(Predicate<LeaseKey> isOver) {
    List<Lease> over = leases.values().stream().filter(lease -> isOver.test(lease.key())).toList();
    over.forEach(lease -> leases.remove(lease.key()));
    return over;
  }
}
