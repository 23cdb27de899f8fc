package io.sparkserving.journal;

import io.sparkserving.options.JournalFlush;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The segments that one server writes in a generation, one after another. For one thread. After a
 * failure the next bytes go to another segment, which says how much of the one before is safe.
 */
final class SegmentFiles {
  /** From so many bytes on, a segment ends with its batch, so that it can be removed. */
  private static final long ENOUGH_BYTES = 1L << 20;

  private static final long MOST_BYTES = 64L << 20;

  private final FileSystem files;
  private final Path folder;
  private final String serverId;
  private final long generation;
  private final JournalFlush flush;

  private @Nullable SegmentOutput output;
  private int number;
  private long batch;
  private long length;
  private long safeLength;

  SegmentFiles(
      FileSystem files, Path folder, String serverId, long generation, JournalFlush flush) {
    this.files = files;
    this.folder = folder;
    this.serverId = serverId;
    this.generation = generation;
    this.flush = flush;
  }

  /**
   * Writes records.
   *
   * @param firstBatch no later than that of any request among them
   * @param synced whether they are to be safe on return
   */
  void write(byte[] records, int size, long firstBatch, boolean synced) throws IOException {
    boolean isObject = flush.kind() == JournalFlush.Kind.BATCH;
    try {
      if (output != null
          && (length > MOST_BYTES || (length > ENOUGH_BYTES && firstBatch > batch))) {
        end();
      }
      if (output == null) {
        begin(firstBatch);
      }
      SegmentOutput current = output;
      if (current == null) {
        throw new IllegalStateException("No segment was begun");
      }
      current.write(records, size);
      length += size;
      if (isObject) {
        end();
      } else if (synced) {
        current.sync();
        safeLength = length;
      }
    } catch (IOException e) {
      abandon();
      throw e;
    }
  }

  /** Has the disks have what was written. */
  void sync() throws IOException {
    if (output != null) {
      try {
        output.sync();
        safeLength = length;
      } catch (IOException e) {
        abandon();
        throw e;
      }
    }
  }

  private void begin(long firstBatch) throws IOException {
    batch = Math.max(batch, firstBatch);
    Segment segment = new Segment(serverId, number, batch);
    byte[] header =
        new JournalRecord.Header(JournalRecord.VERSION, serverId, generation, number, safeLength)
            .toBytes();
    output =
        SegmentOutput.create(
            files, new Path(folder, segment.fileName()), flush.kind() != JournalFlush.Kind.BATCH);
    number++;
    length = 0;
    safeLength = 0;
    output.write(header, header.length);
    length = header.length;
  }

  private void end() throws IOException {
    SegmentOutput ended = output;
    if (ended != null) {
      if (flush.kind() != JournalFlush.Kind.BATCH) {
        ended.sync();
      }
      ended.close();
      safeLength = length;
      output = null;
    }
  }

  private void abandon() {
    SegmentOutput broken = output;
    output = null;
    if (broken != null) {
      try {
        broken.close();
      } catch (IOException e) {
        // What is safe of it was noted before.
        return;
      }
    }
  }

  void close() throws IOException {
    end();
  }
}
