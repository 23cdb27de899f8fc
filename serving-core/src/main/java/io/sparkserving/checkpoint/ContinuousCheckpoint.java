package io.sparkserving.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
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
   * the thread of a query in batches, before the query reads its offsets. The offsets stay whole if
   * this fails, or the JVM ends meanwhile.
   *
   * @param session the session in which the query was started
   * @param sourceCheckpoint folder of one of the query's sources, {@code sources/N} of its
   *     checkpoint
   * @throws UncheckedIOException if the checkpoint cannot be read or written
   */
  public static void makeFitForBatches(SparkSession session, String sourceCheckpoint) {
    makeFitForBatches(session.sparkContext().hadoopConfiguration(), sourceCheckpoint);
  }

  static void makeFitForBatches(Configuration hadoop, String sourceCheckpoint) {
    Path offsets = new Path(new Path(sourceCheckpoint).getParent().getParent(), "offsets");
    try {
      FileSystem files = offsets.getFileSystem(hadoop);
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
      replace(files, file, completed.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void replace(FileSystem files, Path file, byte[] content) throws IOException {
    FileContext context;
    try {
      context = FileContext.getFileContext(file.toUri(), files.getConf());
    } catch (UnsupportedFileSystemException e) {
      // An object store, to which a file comes whole or not at all.
      try (OutputStream out = files.create(file, true)) {
        out.write(content);
      }
      return;
    }
    // Spark takes no file for offsets whose name is more than a number.
    Path aside =
        new Path(file.getParent(), ".%s.%s.tmp".formatted(file.getName(), UUID.randomUUID()));
    try {
      try (OutputStream out = context.create(aside, EnumSet.of(CreateFlag.CREATE))) {
        out.write(content);
      }
      context.rename(aside, file, Options.Rename.OVERWRITE);
    } catch (IOException | RuntimeException e) {
      files.delete(aside, false);
      throw e;
    }
  }
}
