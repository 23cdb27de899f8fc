package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  private static final class Lease {
    private List<Exchange> exchanges;
    private int attempt;

    private Lease(List<Exchange> exchanges) {
      this.exchanges = exchanges;
    }

    private List<Exchange> unanswered() {
      return exchanges.stream().filter(exchange -> !exchange.isAnswered()).toList();
    }
  }

  private final int maxRequestAttempts;
  private final Owner owner;

  @GuardedBy("this")
  private final Map<LeaseKey, Lease> leases = new HashMap<>();

  Leases(int maxRequestAttempts, Owner owner) {
    this.maxRequestAttempts = maxRequestAttempts;
    this.owner = owner;
  }

  /** Notes that the first try of a task gets these exchanges. */
  public synchronized void lease(LeaseKey key, List<Exchange> exchanges) {
    leases.put(key, new Lease(exchanges));
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
    if (attempt > lease.attempt) {
      lease.attempt = attempt;
      blameOldest(lease.unanswered());
    }
    List<Exchange> unanswered = lease.unanswered();
    if (attempt < lastAttempt) {
      return unanswered;
    }
    lease.exchanges = List.of();
    owner.putBack(unanswered);
    return List.of();
  }

  private void blameOldest(List<Exchange> unanswered) {
    if (!unanswered.isEmpty() && unanswered.get(0).noteFailedAttempt() >= maxRequestAttempts) {
      owner.giveUp(unanswered.get(0));
    }
  }

  /**
   * A try of a task has failed, and the next one may run in another JVM: what it left waits again.
   *
   * @param blame whether the failure is held against the oldest of those
   */
  public synchronized void giveBack(LeaseKey key, Blame blame) {
    Lease lease = leases.remove(key);
    if (lease != null) {
      if (blame == Blame.OLDEST) {
        blameOldest(lease.unanswered());
      }
      owner.putBack(lease.unanswered());
    }
  }

  /** The query has finished all batches so far: ends what it gave no row for. */
  public void settle() {
    settle(Long.MAX_VALUE);
  }

  /** The query has finished all batches up to this one: ends what it gave no row for. */
  public void settle(long lastBatch) {
    List<Exchange> without = new ArrayList<>();
    synchronized (this) {
      leases.entrySet().stream()
          .filter(entry -> entry.getKey().batch() <= lastBatch)
          .forEach(entry -> without.addAll(entry.getValue().unanswered()));
      leases.keySet().removeIf(key -> key.batch() <= lastBatch);
    }
    without.forEach(owner::endWithoutReply);
  }
}
