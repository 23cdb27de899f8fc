package io.sparkserving.driver;

import io.sparkserving.options.SinkConfiguration;
import io.sparkserving.options.SupervisionConfiguration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;

/**
 * How writers want their queries to be supervised, on the way from the sink, which alone sees a
 * writer's options, to the supervisor that is starting the query. All threads may call all methods.
 */
public final class WantedSupervision {
  private static final Map<String, SupervisionConfiguration> OF_SUPERVISOR =
      new ConcurrentHashMap<>();

  private WantedSupervision() {}

  /**
   * Notes what the writer of the query that is starting on this thread says.
   *
   * @throws IllegalArgumentException if it says something although the query has no supervisor
   */
  public static void note(SinkConfiguration writer, SparkContext spark) {
    if (writer.supervision().isEmpty()) {
      return;
    }
    String supervisor = spark.getLocalProperty(QueryRun.SUPERVISOR_PROPERTY);
    if (supervisor == null) {
      throw new IllegalArgumentException(
          "Unsupported options maxRestarts, backoff and maxBackoff for a query that Spark itself"
              + " starts, as Spark starts none again. Start the query with the start() of this"
              + " library's writer, or leave the options out.");
    }
    OF_SUPERVISOR.put(supervisor, writer.supervision().get());
  }

  /** Returns what was noted for a supervisor, and forgets it. */
  public static Optional<SupervisionConfiguration> take(String supervisor) {
    return Optional.ofNullable(OF_SUPERVISOR.remove(supervisor));
  }
}
