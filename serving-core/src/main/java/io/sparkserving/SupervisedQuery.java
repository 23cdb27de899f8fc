package io.sparkserving;

import io.sparkserving.query.Supervision;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * A query that is started again when it fails, while its service goes on: clients keep their
 * connections, requests wait, and requests that the failed run held are delivered again. The
 * service of a query that is given up answers 503, until {@link #stop}.
 *
 * <p>{@link Serving#supervise} makes supervised queries; those of {@link Serving#start} go on in
 * the same way. One daemon thread for each of them waits for failures and restarts. All threads may
 * call all methods. A JVM that is told to end stops the query first, as {@link #stop} does.
 */
public final class SupervisedQuery {
  /** What a supervised query is doing. */
  public enum State {
    /** The query runs. */
    RUNNING,
    /** The query has failed and is about to run again. */
    RESTARTING,
    /** The query has failed too often in a row; its service answers 503. */
    GIVEN_UP,
    /** The query was stopped, or another query has taken over its service. */
    STOPPED
  }

  private final Supervision supervision;

  SupervisedQuery(Supervision supervision) {
    this.supervision = supervision;
  }

  /**
   * Spark's own object for the run of the query that goes on now, or went on last. Each restart
   * makes a new run, of the same id, and a failed one is never active again.
   */
  public StreamingQuery query() {
    return supervision.query();
  }

  /** What the query is doing now. */
  public State state() {
    return switch (supervision.phase()) {
      case RUNNING -> State.RUNNING;
      case RESTARTING -> State.RESTARTING;
      case GIVEN_UP -> State.GIVEN_UP;
      case STOPPED -> State.STOPPED;
    };
  }

  /** How often the query was started again, from its first start until now. */
  public int restarts() {
    return supervision.restarts();
  }

  /** Why the query failed last; empty if it never failed. A restart does not reset it. */
  public Optional<Throwable> lastFailure() {
    return supervision.lastFailure();
  }

  /**
   * Lets the query answer the requests that its services hold, for as long as their options {@code
   * drainDelay} and {@code drainTimeout} say, and stops the query for good. What is left is
   * answered 503, and the ports are free when this method returns. A thread that is interrupted
   * stops the query at once. A query that is stopped already stays as it is.
   *
   * @throws TimeoutException as Spark's own {@code stop} does
   */
  public void stop() throws TimeoutException {
    supervision.stop();
  }

  /**
   * Waits until the query is stopped or given up. A failure that leads to a restart does not end
   * the wait.
   *
   * @param timeoutMillis how long to wait at most, in milliseconds
   * @return true if the query is stopped or given up, false if the time was up before
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean awaitTermination(long timeoutMillis) throws InterruptedException {
    return supervision.awaitEnd(timeoutMillis);
  }

  /**
   * Waits until the query is stopped or given up, for as long as that takes.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public void awaitTermination() throws InterruptedException {
    boolean ended = false;
    while (!ended) {
      ended = supervision.awaitEnd(TimeUnit.HOURS.toMillis(1));
    }
  }
}
