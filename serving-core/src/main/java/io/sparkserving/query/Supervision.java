package io.sparkserving.query;

import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.SupervisedServices;
import io.sparkserving.exchange.NanoClock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
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

  /** What becomes of the services of a query that is given up without having been restarted. */
  private enum Unrestarted {
    /** They answer 503 until the query is stopped. */
    HALTS,
    /** They end with the query, as those of a query that Spark itself starts. */
    ENDS
  }

  private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);

  /** Spark's own shutdown hook runs at priority 40; hooks of higher priority run earlier. */
  private static final int BEFORE_SPARK = 100;

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final SupervisedStart start;
  private final Unrestarted unrestarted;
  private final SupervisedServices services;
  private final SupervisedRuns runs;
  private final Runnable tidyUp;
  private final Thread thread;
  private final Runnable shutdownHook = this::stopQuietly;

  private Supervision(SupervisedStart start, Unrestarted unrestarted) throws TimeoutException {
    this.start = start;
    this.unrestarted = unrestarted;
    QueryStart.Started started = start.first();
    this.tidyUp = started.tidyUp();
    this.services = ServiceRegistry.jvm().ofSupervisor(start.supervisor());
    this.runs = new SupervisedRuns(started.query(), NanoClock.SYSTEM);
    this.thread =
        new Thread(
            new RestartLoop(start, services, runs, this::end, this::giveUp),
            "spark-serving-" + start.supervisor());
    this.thread.setDaemon(true);
  }

  /**
   * Starts a query for the first time, and returns when its services have it.
   *
   * @param options of {@code supervise}, which win over those of the writer
   * @throws IllegalArgumentException for an option, column or trigger that does not fit
   * @throws IllegalStateException if the service cannot listen, or is being served already
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public static Supervision start(DataStreamWriter<Row> writer, Map<String, String> options)
      throws TimeoutException {
    return start(writer, options, Unrestarted.HALTS);
  }

  /**
   * Starts a query for the first time, as {@link #start} does, and returns it as Spark's own type.
   * With {@code maxRestarts} 0 the query ends with its first failure, and its services with it.
   *
   * @throws IllegalArgumentException for an option, column or trigger that does not fit
   * @throws IllegalStateException if the service cannot listen, or is being served already
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public static StreamingQuery startLasting(DataStreamWriter<Row> writer) throws TimeoutException {
    return LastingQuery.of(start(writer, Map.of(), Unrestarted.ENDS));
  }

  private static Supervision start(
      DataStreamWriter<Row> writer, Map<String, String> options, Unrestarted unrestarted)
      throws TimeoutException {
    Supervision supervision = new Supervision(new SupervisedStart(writer, options), unrestarted);
    boolean serves = false;
    try {
      QueryStart.awaitService(supervision.query());
      serves = true;
    } finally {
      // Spark's methods throw more than they declare.
      if (!serves) {
        supervision.endStart();
      }
    }
    ShutdownHookManager hooks = ShutdownHookManager.get();
    if (!hooks.isShutdownInProgress()) {
      hooks.addShutdownHook(
          supervision.shutdownHook,
          BEFORE_SPARK,
          STOP_PATIENCE.plus(supervision.drainTime()).toMillis(),
          TimeUnit.MILLISECONDS);
    }
    supervision.thread.start();
    return supervision;
  }

  /** The run of the query that goes on now, or went on last. */
  public StreamingQuery query() {
    return runs.query();
  }

  /** What the query is doing now. */
  public Phase phase() {
    return runs.phase();
  }

  /** Whether a run goes on, or is to come. */
  boolean isActive() {
    return !runs.hasEnded();
  }

  /** How often the query was started again. */
  public int restarts() {
    return runs.restarts();
  }

  /** Why the query failed last; empty if it never did. */
  public Optional<Throwable> lastFailure() {
    return runs.lastFailure();
  }

  /** What Spark said of the failure for which the query was given up; empty if it was not. */
  Optional<StreamingQueryException> exception() {
    return runs.exception();
  }

  /** Whether the query was given up, even if it was stopped since. */
  boolean isGivenUp() {
    return runs.isGivenUp();
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
   * with 503, and frees their ports. Waits for a run that is being started, and stops that too. A
   * thread that is interrupted does not wait, and such a run is stopped as soon as it has started.
   *
   * @throws TimeoutException as Spark's own {@code stop} does
   */
  public void stop() throws TimeoutException {
    QueryStop.drainAndStop(runs.beginStopping());
    try {
      awaitNoFurtherRun();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end();
  }

  private void awaitNoFurtherRun() throws InterruptedException, TimeoutException {
    if (Thread.currentThread() == thread) {
      return; // Spark tells its listeners of a start on the thread that starts the run.
    }
    long limit = QueryStop.timeoutMillis(query());
    thread.join(limit);
    if (thread.isAlive()) {
      throw new TimeoutException(
          ("Cannot stop query %s within the %d ms of spark.sql.streaming.stopTimeout: a run of it is"
                  + " still being started. It is stopped as soon as it has started.")
              .formatted(query().id(), limit));
    }
  }

  private void stopQuietly() {
    try {
      ServiceRegistry.jvm().beginDraining();
      stop();
      QueryTasks.awaitEnd(query());
    } catch (Exception | LinkageError e) { // Spark's methods throw more than they declare.
      LOG.warn("Cannot stop query {} while the JVM goes down", query().id(), e);
    }
  }

  /** Called on the thread that restarts. */
  private void giveUp(String why) {
    try {
      if (start.configuration().maxRestarts() == 0 && unrestarted == Unrestarted.ENDS) {
        services.close();
        tidyUp();
      } else {
        services.halt(why);
      }
    } finally {
      runs.giveUp();
    }
  }

  /** The query was started, and does not serve. */
  private void endStart() {
    try {
      query().stop();
    } catch (Exception e) { // As above; why the query does not serve is what is thrown.
      LOG.warn("Cannot stop query {}", query().id(), e);
    } finally {
      end();
    }
  }

  private void end() {
    try {
      services.close();
    } finally {
      if (runs.end()) {
        tidyUp();
      }
    }
  }

  private void tidyUp() {
    tidyUp.run();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(shutdownHook);
    }
  }
}
