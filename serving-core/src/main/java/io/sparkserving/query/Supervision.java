package io.sparkserving.query;

import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.SupervisedServices;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.SupervisionConfiguration;
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
 * Starts a query again whenever it fails, until it is stopped, another query has taken over its
 * service, or it has failed too often in a row. A daemon thread waits for failures and restarts;
 * all threads may call all methods. The shutdown of the JVM stops the query.
 */
public final class Supervision {
  /** What a supervised query is doing. */
  public enum Phase {
    /** A run goes on. */
    RUNNING,
    /** A run has failed, and the next one does not serve yet. */
    RESTARTING,
    /** Too many runs in a row have failed, and no other follows. */
    GIVEN_UP,
    /** Somebody has stopped the query, or another query serves in its place. */
    STOPPED
  }

  private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);

  /** Before the hooks that stop single queries, so that none is taken for a failure. */
  private static final int BEFORE_QUERIES = 101;

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final String id = "supervisor-" + Secret.randomName();
  private final DataStreamWriter<Row> writer;
  private final SupervisionConfiguration configuration;
  private final SupervisedServices services = ServiceRegistry.jvm().ofSupervisor(id);
  private final FailuresInARow failures = new FailuresInARow();
  private final Runnable shutdownHook = this::stopQuietly;
  private final Runnable tidyUp;
  private final SupervisedRuns runs;

  private Supervision(
      DataStreamWriter<Row> writer, SupervisionConfiguration configuration, NanoClock clock)
      throws TimeoutException {
    this.writer = writer;
    this.configuration = configuration;
    QueryStart.Started started = begin();
    this.runs = new SupervisedRuns(started.query(), clock);
    this.tidyUp = started.tidyUp();
  }

  /**
   * Starts a query for the first time, and returns when its services have it.
   *
   * @throws IllegalArgumentException for an option or column that does not fit
   * @throws IllegalStateException if the service cannot listen, or is being served already
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public static Supervision start(
      DataStreamWriter<Row> writer, SupervisionConfiguration configuration)
      throws TimeoutException {
    Supervision supervision = new Supervision(writer, configuration, NanoClock.SYSTEM);
    try {
      QueryStart.awaitService(supervision.query());
    } catch (TimeoutException | RuntimeException e) {
      supervision.end();
      throw e;
    }
    ShutdownHookManager.get()
        .addShutdownHook(
            supervision.shutdownHook,
            BEFORE_QUERIES,
            STOP_PATIENCE.plus(supervision.drainTime()).toMillis(),
            TimeUnit.MILLISECONDS);
    Thread thread = new Thread(supervision::watch, "spark-serving-" + supervision.id);
    thread.setDaemon(true);
    thread.start();
    return supervision;
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
  public StreamingQuery query() {
    return runs.query();
  }

  /** What the query is doing now. */
  public Phase phase() {
    return runs.phase();
  }

  /** How often the query was started again. */
  public int restarts() {
    return runs.restarts();
  }

  /** Why the query failed last; empty if it never did. */
  public Optional<Throwable> lastFailure() {
    return runs.lastFailure();
  }

  /**
   * Waits until the query is stopped or given up.
   *
   * @return whether the query has ended so; false if that takes longer than the time-out
   */
  public boolean awaitEnd(long timeoutMillis) throws InterruptedException {
    return runs.awaitEnd(timeoutMillis);
  }

  private Duration drainTime() {
    return ServiceRegistry.jvm().ofQuery(query().id().toString()).drainTime();
  }

  /**
   * Lets the query answer what its services hold, stops the query, has the services answer the rest
   * with 503, and frees their ports.
   *
   * @throws TimeoutException as Spark's own {@code stop} does
   */
  public void stop() throws TimeoutException {
    DrainingQuery.drainAndStop(runs.beginStopping());
    end();
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

  /** The thread's work: from one failure to the next, until there is to be no further run. */
  private void watch() {
    try {
      Throwable failure = awaitFailure();
      while (failure != null) {
        if (!services.isAwaiting()) {
          LOG.info("Query {} has failed, but another one serves by now", query().id());
          break;
        }
        int inARow = failures.add(services.replies());
        if (inARow > configuration.maxRestarts()) {
          giveUp(inARow - 1, failure);
          return;
        }
        failure = restart(inARow);
      }
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.error("Cannot supervise query {} any more", query().id(), e);
      end();
    }
  }

  /** Runs the query once more; returns why it failed, or null if it was stopped. */
  private @Nullable Throwable restart(int inARow) throws InterruptedException {
    if (!runs.pause(configuration.backoff(inARow))) {
      return null;
    }
    try {
      services.noteRestart();
      StreamingQuery next = begin().query();
      if (!runs.begin(next)) {
        next.stop();
        return null;
      }
      QueryStart.awaitService(next);
      runs.noteServing();
      LOG.info("Query {} runs again, after {} restarts", next.id(), restarts());
    } catch (TimeoutException | RuntimeException e) {
      return note(e);
    }
    return awaitFailure();
  }

  private @Nullable Throwable awaitFailure() {
    try {
      query().awaitTermination();
      return null;
    } catch (StreamingQueryException e) {
      return note(e);
    }
  }

  private @Nullable Throwable note(Throwable failure) {
    LOG.warn("Query {} failed", query().id(), failure);
    return runs.noteFailure(failure) ? failure : null;
  }

  private void giveUp(int restarts, Throwable failure) {
    LOG.error("Gave up query {} after {} restarts in a row", query().id(), restarts);
    services.halt(whyGivenUp(restarts, failure));
    runs.giveUp();
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

  private void end() {
    services.close();
    if (!runs.end()) {
      return;
    }
    tidyUp.run();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(shutdownHook);
    }
  }
}
