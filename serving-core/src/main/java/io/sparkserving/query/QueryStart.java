package io.sparkserving.query;

import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.exchange.NanoClock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts queries: with a temporary checkpoint if a query names none, and waiting for the part that
 * Spark leaves to the query's own thread, so that what goes wrong there is thrown where the query
 * was started. Runs on the thread that starts the query.
 */
final class QueryStart {
  private static final Logger LOG = LoggerFactory.getLogger(QueryStart.class);
  private static final long PATIENCE_SECONDS = 120;
  private static final long LOOK_MILLIS = 5;

  private QueryStart() {}

  /**
   * A query that has started.
   *
   * @param query Spark's own object
   * @param tidyUp what is to be done once, when the query will not start again; does not throw
   */
  record Started(StreamingQuery query, Runnable tidyUp) {}

  /**
   * Starts the query, and once more with a temporary folder if Spark finds no checkpoint location
   * among the query's options and the session's settings, and once more without asynchronous
   * progress tracking if Spark has that for other sinks alone. Spark says so before anything has
   * started. Does not wait for the part that Spark leaves to the query's own thread.
   *
   * @throws IllegalArgumentException for an option, column or trigger that does not fit
   * @throws UnsupportedOperationException if the trigger does not go with the plan
   * @throws IllegalStateException if the service cannot listen, or is being served already
   * @throws TimeoutException as Spark's own {@code start} does
   */
  static Started begin(DataStreamWriter<Row> writer) throws TimeoutException {
    UnendingTrigger.check(writer);
    UnbranchedPlan.check(writer);
    try {
      return new Started(start(writer), () -> {});
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      if (!TemporaryCheckpoint.isMissing(e)) {
        throw e;
      }
      return beginWithTemporaryCheckpoint(writer);
    }
  }

  private static Started beginWithTemporaryCheckpoint(DataStreamWriter<Row> writer)
      throws TimeoutException {
    TemporaryCheckpoint checkpoint = TemporaryCheckpoint.create();
    Map<String, String> location = Map.of(TemporaryCheckpoint.OPTION, checkpoint.location());
    SparkCalls.options(writer, DataStreamWriter.class, location);
    StreamingQuery query = null;
    try {
      query = start(writer);
    } finally {
      // Spark throws more than it declares.
      if (query == null) {
        checkpoint.delete();
      }
    }
    LOG.info(
        "Query {} names no checkpointLocation: using {} until it ends",
        query.id(),
        checkpoint.location());
    return new Started(query, checkpoint::delete);
  }

  private static StreamingQuery start(DataStreamWriter<Row> writer) throws TimeoutException {
    try {
      return writer.start();
    } catch (IllegalArgumentException e) {
      if (!ProgressTracking.isRefused(e)) {
        throw e;
      }
      LOG.info("Starting without asynchronous progress tracking: {}", e.getMessage());
      SparkCalls.options(writer, DataStreamWriter.class, ProgressTracking.SYNCHRONOUS);
      return writer.start();
    }
  }

  /**
   * Waits until the query consumes its services' requests, for two minutes at most; throws what
   * keeps the query from that.
   */
  static void awaitService(StreamingQuery query) throws TimeoutException {
    awaitService(query, NanoClock.SYSTEM);
  }

  static void awaitService(StreamingQuery query, NanoClock clock) throws TimeoutException {
    String queryId = query.id().toString();
    long deadline = clock.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (query.isActive() && !isReady(query, queryId)) {
      if (clock.nanoTime() > deadline) {
        query.stop();
        throw new IllegalStateException(
            "Cannot start query %s: still %s after %d s."
                .formatted(queryId, query.status().message(), PATIENCE_SECONDS));
      }
      awaitEnd(query);
    }
    if (!query.isActive()) {
      awaitEnd(query);
    }
  }

  /** A query that replies to a service of another query is ready without serving one itself. */
  private static boolean isReady(StreamingQuery query, String queryId) {
    boolean initialized = !query.status().message().startsWith("Initializing");
    return ServiceRegistry.jvm().ofQuery(queryId).isReady().orElse(initialized);
  }

  private static void awaitEnd(StreamingQuery query) {
    try {
      query.awaitTermination(LOOK_MILLIS);
    } catch (StreamingQueryException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IllegalStateException(
          "Cannot start query %s: %s".formatted(query.id(), e.getMessage()), e);
    }
  }
}
