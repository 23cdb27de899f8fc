package io.sparkserving.functions.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Reads one frame after another into memory that grows as needed and shrinks after a large one.
 * Frames do not follow each other unasked. For one thread at a time.
 */
public final class FrameInput {
  private static final int FEW_BYTES = 64 << 10;

  /** More is let go of: not every connection is to hold its largest frame for good. */
  private static final int KEPT_BYTES = 1 << 20;

  /** The JDK keeps direct memory for each thread that reads, as much as it ever read at once. */
  private static final int CHUNK_BYTES = 64 << 10;

  private final int mostBytes;
  private ByteBuffer buffer = allocate(FEW_BYTES);

  /**
   * Makes an input without a frame.
   *
   * @param mostBytes of one frame
   */
  public FrameInput(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads a frame and returns its kind.
   *
   * @throws IOException if the channel ends before the frame does, or holds something else
   */
  public byte read(ReadableByteChannel channel) throws IOException {
    if (buffer.capacity() > KEPT_BYTES) {
      buffer = allocate(FEW_BYTES);
    }
    buffer.clear();
    fill(channel, Frames.HEADER_BYTES);
    long end = Frames.HEADER_BYTES + Integer.toUnsignedLong(buffer.getInt(0));
    if (end > mostBytes) {
      throw new IOException("Invalid frame of " + end + " bytes, at most " + mostBytes);
    }
    ensure((int) end);
    fill(channel, (int) end);
    if (buffer.position() > end) {
      throw new IOException("Invalid bytes after a frame of " + end + " bytes");
    }
    buffer.limit((int) end).position(Frames.HEADER_BYTES);
    return buffer.get(Integer.BYTES);
  }

  private void ensure(int capacity) {
    if (capacity > buffer.capacity()) {
      buffer = allocate(capacity).put(buffer.flip());
    }
  }

  private void fill(ReadableByteChannel channel, int end) throws IOException {
    while (buffer.position() < end) {
      buffer.limit(Math.min(buffer.capacity(), buffer.position() + CHUNK_BYTES));
      if (channel.read(buffer) < 0) {
        throw new EOFException("Missing " + (end - buffer.position()) + " bytes of a frame");
      }
    }
  }

  /** What the frame holds, valid until the next is read. */
  public ByteBuffer payload() {
    return buffer;
  }

  /** The frame as a text. */
  public String text() {
    return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
  }
}
