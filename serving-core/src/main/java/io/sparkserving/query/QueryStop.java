package io.sparkserving.query;

import io.sparkserving.driver.ServiceRegistry;
import java.util.concurrent.TimeoutException;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * Stops a run of a query, after the run has finished what its services hold. Spark itself cancels a
 * query's tasks before it tells the source of the end.
 */
public final class QueryStop {
  private QueryStop() {}

  /** How long Spark's own {@code stop} waits for the end of a query at most; 0 is for ever. */
  static long timeoutMillis(StreamingQuery query) {
    String setting = query.sparkSession().conf().get("spark.sql.streaming.stopTimeout", "0");
    return JavaUtils.timeStringAsMs(setting);
  }

  /**
   * Lets a query answer what its services hold, for as long as their options allow, and stops the
   * query. A thread that is interrupted stops the query without waiting for requests, and stays
   * interrupted.
   *
   * @param query Spark's own object
   * @throws TimeoutException as Spark's own {@code stop} does
   */
  public static void drainAndStop(StreamingQuery query) throws TimeoutException {
    boolean interrupted = false;
    try {
      ServiceRegistry.jvm().ofQuery(query.id().toString()).drain();
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      try {
        query.stop();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
