package io.sparkserving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that stands in for the checkpoint of a query that names none. It goes when the query has
 * ended, and at the latest with the JVM.
 */
final class TemporaryCheckpoint extends StreamingQueryListener {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryCheckpoint.class);
  private static final String OPTION = "checkpointLocation";

  private final Path folder;
  private final Thread shutdownHook;
  private volatile @Nullable StreamingQuery query;

  private TemporaryCheckpoint(Path folder) {
    this.folder = folder;
    this.shutdownHook = new Thread(this::delete, "spark-serving-checkpoint-cleanup");
  }

  /**
   * Starts the query, and once more with a temporary folder if Spark finds no checkpoint location
   * among the query's options and the session's settings. Spark says so before anything has
   * started.
   */
  static StreamingQuery startWithCheckpoint(DataStreamWriter<Row> writer) throws TimeoutException {
    try {
      return writer.start();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Exception e) {
      if (!isCheckpointMissing(e)) {
        throw e;
      }
      return startWithTemporaryFolder(writer);
    }
  }

  private static boolean isCheckpointMissing(Exception e) {
    String message = e.getMessage();
    return message != null
        && message.contains(OPTION)
        && e.getClass().getName().equals("org.apache.spark.sql.AnalysisException");
  }

  private static StreamingQuery startWithTemporaryFolder(DataStreamWriter<Row> writer)
      throws TimeoutException {
    Path folder = newFolder();
    TemporaryCheckpoint checkpoint = new TemporaryCheckpoint(folder);
    SparkCalls.options(writer, DataStreamWriter.class, Map.of(OPTION, folder.toUri().toString()));
    try {
      StreamingQuery query = writer.start();
      LOG.info("Query {} names no checkpointLocation: using {} until it ends", query.id(), folder);
      checkpoint.removeAfter(query);
      return query;
    } catch (TimeoutException | RuntimeException | Error e) {
      checkpoint.delete();
      throw e;
    }
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("spark-serving-checkpoint-");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create a temporary checkpoint folder", e);
    }
  }

  private void removeAfter(StreamingQuery started) {
    query = started;
    Runtime.getRuntime().addShutdownHook(shutdownHook);
    started.sparkSession().streams().addListener(this);
    if (!started.isActive()) {
      end(started);
    }
  }

  @Override
  public void onQueryStarted(QueryStartedEvent event) {}

  @Override
  public void onQueryProgress(QueryProgressEvent event) {}

  @Override
  public void onQueryTerminated(QueryTerminatedEvent event) {
    StreamingQuery started = query;
    if (started != null && event.runId().equals(started.runId())) {
      end(started);
    }
  }

  private void end(StreamingQuery started) {
    started.sparkSession().streams().removeListener(this);
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      LOG.debug("The JVM is going down; its hook removes {}", folder);
    }
    delete();
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      LOG.debug("Cannot remove temporary checkpoint {}", folder, e);
    }
  }
}
