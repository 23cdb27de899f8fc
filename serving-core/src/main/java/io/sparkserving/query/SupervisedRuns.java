package io.sparkserving.query;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.NanoClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a supervised query, one after the other: which one goes on, and whether another is to
 * come. The supervising thread notes what happens; all threads may ask, wait and stop.
 */
final class SupervisedRuns {
  private final NanoClock clock;

  @GuardedBy("this")
  private StreamingQuery query;

  @GuardedBy("this")
  private Supervision.Phase phase = Supervision.Phase.RUNNING;

  @GuardedBy("this")
  private int restarts;

  @GuardedBy("this")
  private boolean stopping;

  @GuardedBy("this")
  private @Nullable Throwable lastFailure;

  /** The last failure that ended a run, which a failure to start another does not replace. */
  @GuardedBy("this")
  private @Nullable StreamingQueryException lastEnd;

  @GuardedBy("this")
  private boolean givenUp;

  SupervisedRuns(StreamingQuery first, NanoClock clock) {
    this.query = first;
    this.clock = clock;
  }

  synchronized StreamingQuery query() {
    return query;
  }

  synchronized Supervision.Phase phase() {
    return phase;
  }

  synchronized int restarts() {
    return restarts;
  }

  synchronized Optional<Throwable> lastFailure() {
    return Optional.ofNullable(lastFailure);
  }

  /**
   * Why the last run ended, once the query was given up, even if it was stopped since. Suppressed
   * in it is what kept another run from starting. Empty although the query was given up if it has
   * failed otherwise than by the end of a run.
   */
  synchronized Optional<StreamingQueryException> exception() {
    return givenUp ? Optional.ofNullable(lastEnd) : Optional.empty();
  }

  /** Whether the query was given up, even if it was stopped since. */
  synchronized boolean isGivenUp() {
    return givenUp;
  }

  /** Whether no run goes on, and none is to come. */
  synchronized boolean hasEnded() {
    return phase == Supervision.Phase.GIVEN_UP || phase == Supervision.Phase.STOPPED;
  }

  /** Waits until no further run is to come; false if that takes longer than the time-out. */
  synchronized boolean awaitEnd(long timeoutMillis) throws InterruptedException {
    long deadline = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    while (!hasEnded()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - clock.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Lets no further run begin; returns the one to stop. */
  synchronized StreamingQuery beginStopping() {
    stopping = true;
    notifyAll();
    return query;
  }

  /** Notes a failure; returns whether another run may follow. */
  synchronized boolean noteFailure(Throwable failure) {
    lastFailure = failure;
    lastEnd = failure instanceof StreamingQueryException end ? end : lastEnd;
    return !stopping;
  }

  /** Waits before a restart; returns whether another run may still follow. */
  synchronized boolean pause(Duration backoff) throws InterruptedException {
    if (phase == Supervision.Phase.RUNNING) {
      phase = Supervision.Phase.RESTARTING;
    }
    long deadline = clock.nanoTime() + backoff.toNanos();
    long left = backoff.toMillis();
    while (!stopping && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - clock.nanoTime());
    }
    return !stopping;
  }

  /**
   * Notes the run that has begun; returns whether it may go on, as nobody has stopped the query.
   */
  synchronized boolean begin(StreamingQuery next) {
    query = next;
    restarts++;
    return !stopping;
  }

  /** Notes that the services have the run that has begun. */
  synchronized void noteServing() {
    if (phase == Supervision.Phase.RESTARTING) {
      phase = Supervision.Phase.RUNNING;
    }
  }

  /** Notes that no further run is to come although nobody has stopped the query. */
  synchronized void giveUp() {
    if (phase != Supervision.Phase.STOPPED) {
      phase = Supervision.Phase.GIVEN_UP;
      givenUp = true;
      if (lastEnd != null && lastFailure != null && lastFailure != lastEnd) {
        lastEnd.addSuppressed(lastFailure);
      }
      notifyAll();
    }
  }

  /** Notes that the query is stopped; returns whether it was not before. */
  synchronized boolean end() {
    if (phase == Supervision.Phase.STOPPED) {
      return false;
    }
    phase = Supervision.Phase.STOPPED;
    notifyAll();
    return true;
  }
}
