package io.sparkserving.service;

import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.jspecify.annotations.Nullable;

/**
 * A run of a streaming query.
 *
 * @param id of the query
 * @param supervisor who starts the query again when it has failed, or null
 * @param stop ends the run
 */
public record QueryRun(String id, @Nullable String supervisor, Stop stop) {
  /** Set on a thread that starts a query, from which the query's own thread inherits it. */
  public static final String SUPERVISOR_PROPERTY = "sparkserving.supervisor";

  /** Where Spark keeps, for the thread of a streaming query, that query's id. */
  private static final String QUERY_ID_PROPERTY = "sql.streaming.queryId";

  /** How to end a run. */
  @FunctionalInterface
  public interface Stop {
    /** Ends it, and waits for the end as long as Spark does. */
    void stop() throws TimeoutException;
  }

  /**
   * The run whose thread this is.
   *
   * @param session in which the query was started
   */
  public static QueryRun current(SparkSession session) {
    SparkContext spark = session.sparkContext();
    String id = String.valueOf(spark.getLocalProperty(QUERY_ID_PROPERTY));
    return new QueryRun(
        id, spark.getLocalProperty(SUPERVISOR_PROPERTY), () -> stopQuery(session, id));
  }

  private static void stopQuery(SparkSession session, String id) throws TimeoutException {
    StreamingQuery query = session.streams().get(id);
    if (query != null) {
      query.stop();
    }
  }
}
