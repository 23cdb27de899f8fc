package io.sparkserving.driver;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Whether a query that goes on has the checkpoint that another one is about to start with. Spark
 * would stop the first without a word, and its service with it.
 */
public final class CheckpointUse {
  private CheckpointUse() {}

  /**
   * Looks at the checkpoint of a query that is being started on this thread.
   *
   * @param options of the writer, with case-insensitive keys
   * @throws IllegalStateException if a query that goes on has the checkpoint
   */
  public static void check(Map<String, String> options, SparkSession session) {
    location(options, session)
        .flatMap(checkpoint -> QueryRun.idIn(checkpoint, session))
        .filter(id -> isRunning(id, session))
        .ifPresent(
            id -> {
              throw new IllegalStateException(
                  ("Cannot start a query with the checkpoint %s: query %s, which goes on, has it."
                          + " Choose another checkpointLocation, which a query that takes over"
                          + " needs too, or stop that query first.")
                      .formatted(location(options, session).orElseThrow(), id));
            });
  }

  /** Where Spark will look, as far as the user says; elsewhere no checkpoint can be shared. */
  private static Optional<Path> location(Map<String, String> options, SparkSession session) {
    String given = options.get("checkpointLocation");
    if (given != null) {
      return Optional.of(new Path(given));
    }
    String all = session.conf().get("spark.sql.streaming.checkpointLocation", "");
    String name = options.get("queryName");
    return all.isEmpty() || name == null ? Optional.empty() : Optional.of(new Path(all, name));
  }

  private static boolean isRunning(String queryId, SparkSession session) {
    return ServiceRegistry.jvm().ofQuery(queryId).isReady().isPresent()
        || session.streams().get(UUID.fromString(queryId)) != null;
  }
}
