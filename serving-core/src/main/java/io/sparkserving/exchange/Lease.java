package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges that one task holds. Of answered ones nothing is kept, so that a task may go on for
 * ever. The queue adds exchanges, {@link Leases} ends the lease; all threads may call all methods.
 */
public final class Lease {
  private static final int LEAST_TO_SWEEP = 64;

  /** Requests that keep a task busy for longer than it takes to wake who brings it more. */
  private static final int ENOUGH = 4;

  /** A task may answer many requests at once, and none before it has them all. */
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private record Held(long number, Exchange exchange) {}

  private final LeaseKey key;
  private final Pace pace;
  private final NanoClock clock;
  private final ReadAhead readAhead;
  private final LeaseShare share = new LeaseShare();
  private final LeaseBlame blame = new LeaseBlame();

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

  private final AtomicLong answered = new AtomicLong();

  /** Size of the share that the task began with; 0 if it began with none. */
  private volatile int shareSize;

  /** Number of answers after which the share is answered. */
  private volatile long shareEnd;

  private volatile long shareBegun;

  /** When the oldest of the share had arrived. */
  private volatile long shareArrived;

  private volatile long lastAnswer;

  /** The thread that takes for the task, while it pauses. */
  private volatile @Nullable Thread pausing;

  Lease(LeaseKey key, Pace pace, NanoClock clock) {
    this.key = key;
    this.pace = pace;
    this.clock = clock;
    this.readAhead = new ReadAhead(pace);
  }

  /** The task that holds the lease. */
  public LeaseKey key() {
    return key;
  }

  /** What the task begins with, as do others that read the same. */
  public LeaseShare share() {
    return share;
  }

  /** Notes what the task begins with, and measures how long it takes to answer as many. */
  void beginShare(List<Exchange> first) {
    shareBegun = clock.nanoTime();
    shareArrived = first.get(0).arrivedNanos();
    shareEnd = answered.get() + first.size();
    shareSize = first.size();
  }

  /** Adds an exchange; false if the lease has ended. */
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
    // An exchange that gets no answer for long must not keep all that came after it.
    if (held.size() >= sweepAt) {
      held.removeIf(each -> each.exchange().isAnswered());
      sweepAt = Math.max(LEAST_TO_SWEEP, 2 * held.size());
    }
  }

  /**
   * Lets requests gather in the queue while the task is {@linkplain #isBusy busy}, for a
   * millisecond at most. For a thread that relays what it takes to the task's thread: it would be
   * woken for each request otherwise, only to make a row that nobody has time for. Returns early if
   * the thread is interrupted, and leaves it so.
   */
  void pauseWhileBusy() {
    if (!isBusy()) {
      return;
    }
    pausing = Thread.currentThread();
    long start = clock.nanoTime();
    long left = LONGEST_PAUSE_NANOS;
    while (left > 0 && isBusy() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, left);
      left = LONGEST_PAUSE_NANOS - (clock.nanoTime() - start);
    }
    pausing = null;
  }

  /**
   * Lets requests wait in the queue while the task has {@linkplain ReadAhead enough} to answer.
   * Returns early if the thread is interrupted, and leaves it so.
   *
   * @param most number of requests that a task may have whose answers keep coming
   * @param timeout nanoseconds at most
   * @return nanoseconds that are left of them; negative if the task still has enough
   */
  long pauseWhileAhead(int most, long timeout) {
    long begun = clock.nanoTime();
    long now = begun;
    long pause = pauseNanos(most, now);
    while (pause > 0) {
      long left = timeout - (now - begun);
      if (left <= 0 || isEnded() || Thread.currentThread().isInterrupted()) {
        return -1;
      }
      pausing = Thread.currentThread();
      if (pauseNanos(most, now) > 0) {
        LockSupport.parkNanos(this, Math.min(pause, left));
      }
      pausing = null;
      now = clock.nanoTime();
      pause = pauseNanos(most, now);
    }
    return timeout - (now - begun);
  }

  /**
   * How many exchanges the task may get besides those that it has, without a pause. For the threads
   * that look for a task elsewhere, one at a time.
   *
   * @param most number of requests that a task may have whose answers keep coming
   */
  int room(int most) {
    if (pauseNanos(most, clock.nanoTime()) > 0) {
      return 0;
    }
    return (int) Math.max(1, most - (delivered() - answered.get()));
  }

  private long pauseNanos(int most, long now) {
    long unanswered = delivered() - answered.get();
    readAhead.note(answered.get(), unanswered, now);
    return readAhead.pauseNanos(unanswered, most, now);
  }

  /** Number of exchanges of the lease that are not answered yet. */
  public synchronized long unansweredNumber() {
    forgetAnswered();
    return Math.min(held.size(), delivered - answered.get());
  }

  /**
   * Notes that an exchange of the lease is answered.
   *
   * @param takenNanos when the exchange was taken, where that is to be measured; or {@link
   *     Exchange#NOT_TAKEN}
   */
  void noteAnswered(long takenNanos) {
    long now = clock.nanoTime();
    if (takenNanos != Exchange.NOT_TAKEN) {
      // Before that the task was busy with another one.
      pace.noteSingle(now - Math.max(takenNanos, lastAnswer));
    }
    lastAnswer = now;
    if (answered.incrementAndGet() == shareEnd && shareSize > 0) {
      pace.noteShare(shareSize, now - shareBegun, now - shareArrived);
    }
    Thread thread = pausing;
    if (thread != null && !isBusy()) {
      LockSupport.unpark(thread);
    }
  }

  /** Whether the task has enough requests to answer for the time being. */
  synchronized boolean isBusy() {
    forgetAnswered();
    int unanswered = 0;
    for (Held each : held) {
      unanswered += each.exchange().isAnswered() ? 0 : 1;
      if (unanswered > ENOUGH) {
        return true;
      }
    }
    return false;
  }

  /** Number of exchanges added to the lease so far. */
  public synchronized long delivered() {
    return delivered;
  }

  /**
   * Notes that the task has succeeded, or hands on all that it gets as it goes on: what it leaves
   * is in the hands of others, behind a shuffle, or nobody's.
   */
  public synchronized void finish() {
    finished = true;
  }

  LeaseBlame blame() {
    return blame;
  }

  /** Whether what the task leaves is in the hands of others. */
  public synchronized boolean isFinished() {
    return finished;
  }

  /** Number of exchanges in the lease, with answered ones that it has not yet forgotten. */
  synchronized int size() {
    return held.size();
  }

  synchronized boolean isEnded() {
    return ended;
  }

  /** The exchanges that are not answered yet, in the order of delivery. */
  synchronized List<Exchange> unanswered() {
    return unansweredUpTo(delivered);
  }

  /**
   * The exchanges that are not answered yet among the first that were delivered, in their order.
   *
   * @param number of delivered exchanges to look at
   */
  synchronized List<Exchange> unansweredUpTo(long number) {
    List<Exchange> unanswered = new ArrayList<>();
    for (Held each : held) {
      if (each.number() <= number && !each.exchange().isAnswered()) {
        unanswered.add(each.exchange());
      }
    }
    return unanswered;
  }

  /** Forgets so many exchanges, from the first that was delivered. */
  synchronized void forgetUpTo(long number) {
    held.removeIf(each -> each.number() <= number);
  }

  /** Notes a try of the task; true if the try is a later one than all before. */
  synchronized boolean beginAttempt(int number) {
    boolean isNew = number > attempt;
    attempt = Math.max(attempt, number);
    return isNew;
  }

  /** Whether a later try of the task has begun than the first. */
  synchronized boolean isTriedAgain() {
    return attempt > 0;
  }

  /** Ends the lease, to which nothing can be added then; returns its unanswered exchanges. */
  synchronized List<Exchange> end() {
    List<Exchange> left = unanswered();
    ended = true;
    held.clear();
    return left;
  }
}
