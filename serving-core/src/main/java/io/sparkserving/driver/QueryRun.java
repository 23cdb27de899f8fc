package io.sparkserving.driver;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.jspecify.annotations.Nullable;

/**
 * A run of a streaming query.
 *
 * @param id Spark's id of the query
 * @param supervisor name of what starts the query again when it has failed, or null
 * @param isRestart whether the supervisor has started an earlier run
 * @param stop ends the run
 */
public record QueryRun(String id, @Nullable String supervisor, boolean isRestart, Stop stop) {
  /**
   * Spark's local property that names the supervisor. It is set on a thread that starts a query,
   * from which the query's own thread inherits it.
   */
  public static final String SUPERVISOR_PROPERTY = "sparkserving.supervisor";

  /** Spark's local property that is set, on such a thread, for every run but the first. */
  public static final String RESTART_PROPERTY = "sparkserving.restart";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Where Spark keeps, for the thread of a streaming query, that query's id. */
  private static final String QUERY_ID_PROPERTY = "sql.streaming.queryId";

  /** A run that is its supervisor's first, if it has a supervisor. */
  public QueryRun(String id, @Nullable String supervisor, Stop stop) {
    this(id, supervisor, false, stop);
  }

  /** How to end a run. */
  @FunctionalInterface
  public interface Stop {
    /**
     * Ends the run, and waits for its end as long as {@link StreamingQuery#stop} does.
     *
     * @throws TimeoutException if the run has not ended by then
     */
    void stop() throws TimeoutException;
  }

  /**
   * The run of the query on whose thread this is called.
   *
   * @param session in which the query was started
   */
  public static QueryRun current(SparkSession session) {
    return of(session, String.valueOf(session.sparkContext().getLocalProperty(QUERY_ID_PROPERTY)));
  }

  /**
   * The run that is being started, with the continuous trigger, on this thread. The run has no
   * thread of its own yet, but Spark has written down its id.
   *
   * @param session in which the query is started
   * @param sourceCheckpoint folder of one of the query's sources, {@code sources/N} of its
   *     checkpoint
   * @throws UncheckedIOException if the id cannot be read
   */
  public static QueryRun starting(SparkSession session, String sourceCheckpoint) {
    Path checkpoint = new Path(sourceCheckpoint).getParent().getParent();
    try {
      return of(session, readId(checkpoint, session));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the id of the query from " + checkpoint, e);
    }
  }

  /** Spark's id of the query that has this checkpoint; empty if it cannot be read. */
  static Optional<String> idIn(Path checkpoint, SparkSession session) {
    try {
      return Optional.of(readId(checkpoint, session)).filter(id -> !id.isEmpty());
    } catch (IOException e) {
      // No query has begun there, or Spark will say what is wrong.
      return Optional.empty();
    }
  }

  private static String readId(Path checkpoint, SparkSession session) throws IOException {
    Path metadata = new Path(checkpoint, "metadata");
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    try (InputStream file = metadata.getFileSystem(hadoop).open(metadata)) {
      return MAPPER.readTree(file).path("id").asText();
    }
  }

  private static QueryRun of(SparkSession session, String id) {
    String supervisor = session.sparkContext().getLocalProperty(SUPERVISOR_PROPERTY);
    boolean isRestart = session.sparkContext().getLocalProperty(RESTART_PROPERTY) != null;
    return new QueryRun(id, supervisor, isRestart, () -> stopQuery(session, id));
  }

  private static void stopQuery(SparkSession session, String id) throws TimeoutException {
    StreamingQuery query = session.streams().get(id);
    if (query != null) {
      query.stop();
    }
  }
}
