package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

  private final Owner owner;
  private final Pace pace;
  private final NanoClock clock;

  /** Blames with the lock held. */
  private final FailedTries failedTries;

  private final LeasesByKey leases = new LeasesByKey();

  /** The last task whose failure was held against exchanges. */
  @GuardedBy("this")
  private @Nullable LeaseKey traced;

  Leases(int maxRequestAttempts, Owner owner, Pace pace, NanoClock clock) {
    this.failedTries = new FailedTries(maxRequestAttempts);
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
    putBack(leases.put(lease));
    return lease;
  }

  /**
   * Returns the lease of a task that begins, for as long as its share is kept the same one for all
   * tasks with that key: branches of a plan, and further actions on a batch, read the same.
   */
  public Lease join(LeaseKey key) {
    LeasesByKey.Joined joined = leases.join(new Lease(key, pace, clock));
    putBack(joined.before());
    return joined.lease();
  }

  /** The lease of a task; null if there is none. */
  @Nullable Lease find(LeaseKey key) {
    return leases.find(key);
  }

  private void putBack(@Nullable Lease replaced) {
    if (replaced != null) {
      owner.putBack(replaced.end());
    }
  }

  /**
   * Returns what all tasks of a lease begin with, less what has failed too often meanwhile; nothing
   * once the lease has ended.
   *
   * @param take takes it from the queue, for whoever asks first, on that one's thread
   */
  public CompletableFuture<List<Exchange>> share(Lease lease, Supplier<List<Exchange>> take) {
    return lease
        .share()
        .get(take)
        .thenApply(
            share ->
                lease.isEnded()
                    ? List.of()
                    : share.stream().filter(each -> !failedTries.isGivenUp(each)).toList());
  }

  /**
   * Makes what a lease holds wait again, and gives no task with its key anything in this batch any
   * more. For the last try that Spark allows a task, which gets nothing.
   */
  public void withdraw(Lease lease) {
    owner.putBack(lease.end());
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
    leases.remove(from);
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
    Lease lease = leases.find(key);
    if (lease == null) {
      return List.of();
    }
    List<Exchange> givenUp;
    synchronized (this) {
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
    Lease lease = leases.remove(key);
    if (lease == null) {
      return;
    }
    List<Exchange> givenUp;
    synchronized (this) {
      traced = key;
      givenUp = noteFailure(lease, attempt + 1);
    }
    givenUp.forEach(owner::giveUp);
    owner.putBack(lease.end());
  }

  /** Returns the exchanges to give up for this failure. */
  @GuardedBy("this")
  private List<Exchange> noteFailure(Lease lease, int attempt) {
    return lease.beginAttempt(attempt) ? failedTries.blame(lease) : List.of();
  }

  /**
   * Makes what a task left wait again, after a try of the task has failed. What others read as well
   * stays: the next try, which may run in another JVM, begins with the same.
   *
   * @param blame what the failure is held against
   */
  public void giveBack(Lease lease, Blame blame) {
    boolean isRemoved = leases.removeUnlessShared(lease);
    List<Exchange> givenUp = List.of();
    synchronized (this) {
      if (blame == Blame.OLDEST) {
        traced = lease.key();
        givenUp = failedTries.blame(lease);
      }
    }
    givenUp.forEach(owner::giveUp);
    if (isRemoved) {
      owner.putBack(lease.end());
    }
  }

  /** As {@link #giveBack(Lease, Blame)}, for a task elsewhere; does nothing if all is over. */
  public void giveBack(LeaseKey key, Blame blame) {
    Optional.ofNullable(leases.find(key)).ifPresent(lease -> giveBack(lease, blame));
  }

  /**
   * Makes what the tasks of a term hold wait again, after the query of that term has ended. If no
   * task of this source has failed, a task behind a shuffle has, and what finished tasks left is to
   * blame together.
   */
  void release(long term) {
    List<Lease> released = leases.removeIf(key -> key.term() == term);
    List<Exchange> givenUp = new ArrayList<>();
    synchronized (this) {
      for (Lease lease : released) {
        if (lease.isFinished() && !isTraced(lease.key())) {
          givenUp.addAll(failedTries.blame(lease.blame().of(lease.unanswered())));
        }
      }
    }
    givenUp.forEach(owner::giveUp);
    released.forEach(lease -> owner.putBack(lease.end()));
  }

  /** Notes that something else than its exchanges has made the task of a lease fail. */
  public synchronized void acquit(Lease lease) {
    lease.blame().acquit();
  }

  @GuardedBy("this")
  private boolean isTraced(LeaseKey key) {
    return traced != null && traced.term() == key.term() && traced.batch() == key.batch();
  }

  /** Ends the exchanges of all batches up to this one, which the query gave no row for. */
  public void settle(long term, long lastBatch) {
    for (Lease lease : leases.removeIf(key -> key.term() == term && key.batch() <= lastBatch)) {
      lease.end().forEach(owner::endWithoutReply);
    }
  }

  /**
   * Ends the exchanges that the query gave no row for, after it has written all rows that came of
   * the first {@code delivered} requests of a task. The task goes on.
   */
  public void settleDelivered(LeaseKey key, long delivered) {
    Lease lease = leases.find(key);
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
    for (Lease lease : leases.all()) {
      for (Exchange exchange : lease.unanswered()) {
        if (exchange.isOverdue(afterNanos, nowNanos)) {
          owner.endWithoutReply(exchange);
        }
      }
    }
  }

  /** How many of a task's exchanges are unanswered; the largest number if there is no such task. */
  public long unansweredNumber(LeaseKey key) {
    Lease lease = leases.find(key);
    return lease == null ? Long.MAX_VALUE : lease.unansweredNumber();
  }

  /** Number of unanswered requests that the tasks of earlier terms still hold. */
  public int held(long beforeTerm) {
    return leases.all().stream()
        .filter(lease -> lease.key().term() < beforeTerm)
        .mapToInt(lease -> lease.unanswered().size())
        .sum();
  }

  /** Number of unanswered requests that tasks hold. */
  public int held() {
    return held(Long.MAX_VALUE);
  }

  /** Number of tasks that hold requests, or may come to. */
  public int size() {
    return leases.size();
  }
}
