package io.sparkserving;

import io.sparkserving.service.ServiceRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;

/**
 * Waits for the part of a query's start that Spark leaves to the query's own thread, so that what
 * goes wrong there is thrown where the query was started.
 */
final class QueryStart {
  private static final long PATIENCE_SECONDS = 30;
  private static final long LOOK_MILLIS = 5;

  private QueryStart() {}

  static void await(StreamingQuery query, String serviceName) throws TimeoutException {
    String queryId = query.id().toString();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!ServiceRegistry.jvm().isServedBy(serviceName, queryId) && isInitializing(query)) {
      if (System.nanoTime() > deadline) {
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

  /** A query that replies to a service of another query never serves it itself. */
  private static boolean isInitializing(StreamingQuery query) {
    return query.isActive() && query.status().message().startsWith("Initializing");
  }

  private static void awaitEnd(StreamingQuery query) {
    try {
      query.awaitTermination(LOOK_MILLIS);
    } catch (StreamingQueryException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IllegalStateException("Cannot start query " + query.id(), e);
    }
  }
}
