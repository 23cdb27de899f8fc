package io.sparkserving.driver;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
 * @param stop ends the run
 */
public record QueryRun(String id, @Nullable String supervisor, Stop stop) {
  /**
   * Spark's local property that names the supervisor. It is set on a thread that starts a query,
   * from which the query's own thread inherits it.
   */
  public static final String SUPERVISOR_PROPERTY = "sparkserving.supervisor";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Where Spark keeps, for the thread of a streaming query, that query's id. */
  private static final String QUERY_ID_PROPERTY = "sql.streaming.queryId";

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
    Path metadata = new Path(new Path(sourceCheckpoint).getParent().getParent(), "metadata");
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    try (InputStream file = metadata.getFileSystem(hadoop).open(metadata)) {
      return of(session, MAPPER.readTree(file).path("id").asText());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the id of the query from " + metadata, e);
    }
  }

  private static QueryRun of(SparkSession session, String id) {
    String supervisor = session.sparkContext().getLocalProperty(SUPERVISOR_PROPERTY);
    return new QueryRun(id, supervisor, () -> stopQuery(session, id));
  }

  private static void stopQuery(SparkSession session, String id) throws TimeoutException {
    StreamingQuery query = session.streams().get(id);
    if (query != null) {
      query.stop();
    }
  }
}
