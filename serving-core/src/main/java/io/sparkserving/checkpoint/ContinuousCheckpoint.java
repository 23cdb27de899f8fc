package io.sparkserving.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The checkpoint that a query with the continuous trigger leaves. Spark writes offsets there
 * without the line of metadata, and no query in batches starts from a checkpoint without that line,
 * not even where, as here, offsets of an earlier run stand for nothing.
 */
public final class ContinuousCheckpoint {
  private static final String WITHOUT_METADATA = "v1\n\n";
  private static final String WITH_METADATA = "v1\n{}\n";

  private ContinuousCheckpoint() {}

  /**
   * Adds metadata, all of it defaults, to the latest offsets of a checkpoint if they have none. For
   * the thread of a query in batches, before the query reads its offsets.
   *
   * @param session the session in which the query was started
   * @param sourceCheckpoint folder of one of the query's sources, {@code sources/N} of its
   *     checkpoint
   * @throws UncheckedIOException if the checkpoint cannot be read or written
   */
  public static void makeFitForBatches(SparkSession session, String sourceCheckpoint) {
    Path offsets = new Path(new Path(sourceCheckpoint).getParent().getParent(), "offsets");
    try {
      FileSystem files = offsets.getFileSystem(session.sparkContext().hadoopConfiguration());
      Optional<Path> latest = latest(files, offsets);
      if (latest.isPresent()) {
        addMetadata(files, latest.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start from the offsets in " + offsets, e);
    }
  }

  private static Optional<Path> latest(FileSystem files, Path offsets) throws IOException {
    if (!files.exists(offsets)) {
      return Optional.empty();
    }
    return Arrays.stream(files.listStatus(offsets))
        .map(FileStatus::getPath)
        .filter(path -> path.getName().matches("\\d+"))
        .max(Comparator.comparingLong(path -> Long.parseLong(path.getName())));
  }

  private static void addMetadata(FileSystem files, Path file) throws IOException {
    String text;
    try (InputStream in = files.open(file)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (text.startsWith(WITHOUT_METADATA)) {
      String completed = WITH_METADATA + text.substring(WITHOUT_METADATA.length());
      try (OutputStream out = files.create(file, true)) {
        out.write(completed.getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
