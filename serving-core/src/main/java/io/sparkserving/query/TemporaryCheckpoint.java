package io.sparkserving.query;

import io.sparkserving.driver.TemporaryPlaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that stands in for the checkpoint of a query that names none. */
final class TemporaryCheckpoint {
  /** The option of a writer that names a checkpoint. */
  static final String OPTION = "checkpointLocation";

  private static final Logger LOG = LoggerFactory.getLogger(TemporaryCheckpoint.class);

  private final Path folder;

  private TemporaryCheckpoint(Path folder) {
    this.folder = folder;
  }

  static TemporaryCheckpoint create() {
    try {
      return new TemporaryCheckpoint(Files.createTempDirectory(TemporaryPlaces.CHECKPOINT));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create a temporary checkpoint folder", e);
    }
  }

  /** Whether an exception is Spark's refusal to start a query that names no checkpoint location. */
  static boolean isMissing(Exception e) {
    String message = e.getMessage();
    return message != null
        && message.contains(OPTION)
        && e.getClass().getName().equals("org.apache.spark.sql.AnalysisException");
  }

  /** The folder as a URI. */
  String location() {
    return folder.toUri().toString();
  }

  /** Removes the folder and all in it, as far as that can be done. */
  void delete() {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      LOG.debug("Cannot remove temporary checkpoint {}", folder, e);
    }
  }
}
