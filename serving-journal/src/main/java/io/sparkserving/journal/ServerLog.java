package io.sparkserving.journal;

import io.sparkserving.journal.JournalRecord.Header;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** What one server has written in a generation, segment after segment. For one thread. */
final class ServerLog implements Closeable {
  private final FileSystem files;
  private final Path folder;
  private final List<Segment> segments;
  private int next;
  private @Nullable SegmentReader reader;

  /**
   * @param segments of one server, without a gap, by their numbers
   */
  ServerLog(FileSystem files, Path folder, List<Segment> segments) {
    this.files = files;
    this.folder = folder;
    this.segments = segments;
  }

  String serverId() {
    return segments.get(0).serverId();
  }

  /** The next record that is no header; null if there is no further one. */
  @Nullable JournalRecord next() throws IOException {
    while (true) {
      if (reader == null) {
        if (next >= segments.size()) {
          return null;
        }
        reader = open(next++);
      }
      JournalRecord record = reader.next();
      if (record == null) {
        reader.close();
        reader = null;
      } else if (!(record instanceof Header)) {
        return record;
      }
    }
  }

  private SegmentReader open(int index) throws IOException {
    Header header = header(index);
    if (header != null && header.version() != JournalRecord.VERSION) {
      throw new JournalCorruptException(
          "Unsupported version %d of segment %s, expected %d. Start the query once with the version of this library that has written it, or use another checkpointLocation."
              .formatted(header.version(), path(index), JournalRecord.VERSION),
          null);
    }
    Header following = index + 1 < segments.size() ? header(index + 1) : null;
    return new SegmentReader(
        files, path(index), following == null ? -1 : following.previousLength());
  }

  /** The first record of a segment; null if the server has not come to write it. */
  private @Nullable Header header(int index) throws IOException {
    try (SegmentReader first = new SegmentReader(files, path(index), -1)) {
      return first.next() instanceof Header header ? header : null;
    }
  }

  private Path path(int index) {
    return new Path(folder, segments.get(index).fileName());
  }

  /** Goes back to the first record. */
  void rewind() throws IOException {
    close();
    next = 0;
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
