package io.sparkserving.journal;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the records of a segment, as far as they are sure to have been written. For one thread. */
final class SegmentReader implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentReader.class);
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final DataInputStream in;

  /** Bytes that were whole once; negative if nobody knows, as the server has written no more. */
  private final long surely;

  private long position;
  private boolean isOver;

  /**
   * @param surely bytes that were whole once; negative if this is the last segment of its server,
   *     which may have ended anywhere
   */
  SegmentReader(FileSystem files, Path file, long surely) throws IOException {
    this(file, files.open(file), surely);
  }

  SegmentReader(Path file, InputStream in, long surely) {
    this.file = file;
    this.in = new DataInputStream(new BufferedInputStream(in, BUFFER_BYTES));
    this.surely = surely;
  }

  /**
   * Reads the next record.
   *
   * @return null if there is no further one
   * @throws JournalCorruptException if the segment is not what was written
   */
  @Nullable JournalRecord next() throws IOException {
    if (isOver || position == surely) {
      return null;
    }
    byte[] payload;
    try {
      payload = payload();
    } catch (EOFException e) {
      return broken("ends within a record", e);
    }
    if (payload == null) {
      return null;
    }
    try {
      return JournalRecord.read(payload);
    } catch (IOException | RuntimeException e) {
      return broken("has a record that cannot be read", e);
    }
  }

  private byte @Nullable [] payload() throws IOException {
    int first = in.read();
    if (first < 0) {
      if (surely > position) {
        broken("has fewer bytes than were written", null);
      }
      isOver = true;
      return null;
    }
    int length = (first << 24) | in.readUnsignedShort() << 8 | in.readUnsignedByte();
    int checksum = in.readInt();
    if (length <= 0) {
      broken("has a record of %d bytes".formatted(length), null);
      return null;
    }
    // Does not take the memory before it has the bytes: the length may be damaged.
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("record of " + length + " bytes");
    }
    if (JournalRecord.checksum(payload, 0, length) != checksum) {
      broken("has a record with a wrong checksum", null);
      return null;
    }
    position += JournalRecord.HEAD + length;
    return payload;
  }

  /** Ends the segment there where nothing is known to follow. */
  private @Nullable JournalRecord broken(String how, @Nullable Exception cause) throws IOException {
    isOver = true;
    if (surely >= 0) {
      throw new JournalCorruptException(
          ("Segment %s %s at byte %d of %d, which were written and synced: the file was changed or"
                  + " damaged since. Bring it back from a copy. To do without the requests from"
                  + " there on, remove this file and the later ones of its server: what was"
                  + " acknowledged of them is lost then.")
              .formatted(file, how, position, surely),
          cause);
    }
    LOG.warn(
        "Segment {} {} at byte {}: it is read up to there, as its server ended while it wrote",
        file,
        how,
        position);
    return null;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
