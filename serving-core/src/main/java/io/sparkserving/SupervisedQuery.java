package io.sparkserving;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.SupervisedServices;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.SupervisionConfiguration;
import io.sparkserving.query.DrainingQuery;
import io.sparkserving.query.QueryStart;
import io.sparkserving.query.QueryTasks;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A query that is started again when it fails, while its service goes on: clients keep their
 * connections, requests wait, and those that the failed run held are delivered again. One that is
 * given up leaves its service answering 503, until {@link #stop}.
 *
 * <p>One daemon thread watches and restarts. All threads may call all methods. It ends with the JVM
 * in good order, as queries do that {@link Serving} starts.
 */
public final class SupervisedQuery {
  /** What a supervised query is doing. */
  public enum State {
    /** It runs. */
    RUNNING,
    /** It has failed and is about to run again. */
    RESTARTING,
    /** It has failed too often in a row; its service answers 503. */
    GIVEN_UP,
    /** It was stopped, or another query has taken over its service. */
    STOPPED
  }

  private static final Logger LOG = LoggerFactory.getLogger(SupervisedQuery.class);

  /** Before the hooks that stop single queries, so that none is taken for a failure. */
  private static final int BEFORE_QUERIES = 101;

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final String id = "supervisor-" + Secret.randomName();
  private final DataStreamWriter<Row> writer;
  private final SupervisionConfiguration configuration;
  private final SupervisedServices services = ServiceRegistry.jvm().ofSupervisor(id);
  private final Runnable shutdownHook = this::stopQuietly;
  private final Runnable tidyUp;

  @GuardedBy("this")
  private StreamingQuery query;

  @GuardedBy("this")
  private State state = State.RUNNING;

  @GuardedBy("this")
  private int restarts;

  @GuardedBy("this")
  private boolean stopping;

  @GuardedBy("this")
  private @Nullable Throwable lastFailure;

  private SupervisedQuery(DataStreamWriter<Row> writer, SupervisionConfiguration configuration)
      throws TimeoutException {
    this.writer = writer;
    this.configuration = configuration;
    QueryStart.Started started = begin();
    this.query = started.query();
    this.tidyUp = started.tidyUp();
  }

  /** Starts a query for the first time; what goes wrong then is thrown. */
  static SupervisedQuery start(DataStreamWriter<Row> writer, SupervisionConfiguration configuration)
      throws TimeoutException {
    SupervisedQuery supervised = new SupervisedQuery(writer, configuration);
    try {
      QueryStart.awaitService(supervised.query());
    } catch (TimeoutException | RuntimeException e) {
      supervised.end(State.STOPPED);
      throw e;
    }
    ShutdownHookManager.get()
        .addShutdownHook(
            supervised.shutdownHook,
            BEFORE_QUERIES,
            STOP_PATIENCE.plus(supervised.drainTime()).toMillis(),
            TimeUnit.MILLISECONDS);
    Thread thread = new Thread(supervised::watch, "spark-serving-" + supervised.id);
    thread.setDaemon(true);
    thread.start();
    return supervised;
  }

  private QueryStart.Started begin() throws TimeoutException {
    SparkContext spark = SparkContext.getOrCreate();
    String before = spark.getLocalProperty(QueryRun.SUPERVISOR_PROPERTY);
    spark.setLocalProperty(QueryRun.SUPERVISOR_PROPERTY, id);
    try {
      return QueryStart.begin(writer);
    } finally {
      spark.setLocalProperty(QueryRun.SUPERVISOR_PROPERTY, before);
    }
  }

  /** The run of the query that goes on now, or went on last. */
  public synchronized StreamingQuery query() {
    return query;
  }

  /** What it is doing. */
  public synchronized State state() {
    return state;
  }

  /** How often the query was started again. */
  public synchronized int restarts() {
    return restarts;
  }

  /** Why the query failed last, if it ever did. */
  public synchronized Optional<Throwable> lastFailure() {
    return Optional.ofNullable(lastFailure);
  }

  private Duration drainTime() {
    return ServiceRegistry.jvm().ofQuery(query().id().toString()).drainTime();
  }

  /**
   * Lets the query answer what its services hold, stops it, answers what is left with 503, and
   * frees the ports.
   */
  public void stop() throws TimeoutException {
    StreamingQuery running;
    synchronized (this) {
      stopping = true;
      running = query;
      notifyAll();
    }
    DrainingQuery.drainAndStop(running);
    end(State.STOPPED);
  }

  private void stopQuietly() {
    try {
      ServiceRegistry.jvm().beginDraining();
      stop();
      QueryTasks.awaitEnd(query());
    } catch (TimeoutException | RuntimeException e) {
      LOG.warn("Cannot stop query {} while the JVM goes down", query().id(), e);
    }
  }

  /**
   * Waits until the query is stopped or given up.
   *
   * @param timeoutMillis how long, at most
   * @return whether it is
   */
  public synchronized boolean awaitTermination(long timeoutMillis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    while (state == State.RUNNING || state == State.RESTARTING) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Waits until the query is stopped or given up. */
  public void awaitTermination() throws InterruptedException {
    boolean ended = false;
    while (!ended) {
      ended = awaitTermination(TimeUnit.HOURS.toMillis(1));
    }
  }

  /** The thread's work: from one failure to the next, until there is to be no further run. */
  private void watch() {
    int inARow = 0;
    long replies = 0;
    try {
      Throwable failure = awaitFailure();
      while (failure != null) {
        if (!services.isAwaiting()) {
          LOG.info("Query {} has failed, but another one serves by now", query().id());
          break;
        }
        long repliesNow = services.replies();
        inARow = repliesNow > replies ? 1 : inARow + 1;
        replies = repliesNow;
        if (inARow > configuration.maxRestarts()) {
          LOG.error("Gave up query {} after {} restarts in a row", query().id(), inARow - 1);
          services.halt(whyGivenUp(inARow - 1, failure));
          giveUp();
          return;
        }
        failure = restart(inARow);
      }
      end(State.STOPPED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.error("Cannot supervise query {} any more", query().id(), e);
      end(State.STOPPED);
    }
  }

  /** Without the failure's message, which may have a request's values in it. */
  private static String whyGivenUp(int restarts, Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return "Its query was given up after %d restarts in a row, last by a %s; the log has more."
        .formatted(restarts, cause.getClass().getSimpleName());
  }

  /** Runs the query once more; returns why it failed, or null if it was stopped. */
  private @Nullable Throwable restart(int inARow) throws InterruptedException {
    if (!pause(configuration.backoff(inARow))) {
      return null;
    }
    try {
      services.noteRestart();
      StreamingQuery next = begin().query();
      boolean late;
      synchronized (this) {
        query = next;
        restarts++;
        late = stopping;
      }
      if (late) {
        next.stop();
        return null;
      }
      QueryStart.awaitService(next);
      setRunning();
      LOG.info("Query {} runs again, after {} restarts", next.id(), restarts());
    } catch (TimeoutException | RuntimeException e) {
      return note(e);
    }
    return awaitFailure();
  }

  /** Waits before a restart; false if there is to be none. */
  private synchronized boolean pause(Duration backoff) throws InterruptedException {
    if (state == State.RUNNING) {
      state = State.RESTARTING;
    }
    long deadline = System.nanoTime() + backoff.toNanos();
    long left = backoff.toMillis();
    while (!stopping && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
    return !stopping;
  }

  private @Nullable Throwable awaitFailure() {
    StreamingQuery running = query();
    try {
      running.awaitTermination();
      return null;
    } catch (StreamingQueryException e) {
      return note(e);
    }
  }

  private @Nullable Throwable note(Throwable failure) {
    LOG.warn("Query {} failed", query().id(), failure);
    synchronized (this) {
      lastFailure = failure;
      return stopping ? null : failure;
    }
  }

  private synchronized void setRunning() {
    if (state == State.RESTARTING) {
      state = State.RUNNING;
    }
  }

  private synchronized void giveUp() {
    if (state != State.STOPPED) {
      state = State.GIVEN_UP;
      notifyAll();
    }
  }

  private void end(State end) {
    services.close();
    synchronized (this) {
      if (state == end) {
        return;
      }
      state = end;
      notifyAll();
    }
    tidyUp.run();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(shutdownHook);
    }
  }
}
