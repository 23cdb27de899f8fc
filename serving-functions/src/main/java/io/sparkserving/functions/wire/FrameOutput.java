package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Builds one frame after another in memory that grows as needed and shrinks after a large one. For
 * one thread at a time.
 */
public final class FrameOutput {
  private static final int FEW_BYTES = 64 << 10;

  /** More is let go of after the frame: not every connection is to hold its largest for good. */
  private static final int KEPT_BYTES = 1 << 20;

  private final int mostBytes;
  private ByteBuffer buffer = allocate(FEW_BYTES);

  /**
   * Makes an output without a frame.
   *
   * @param mostBytes of one frame
   */
  public FrameOutput(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Begins a frame; what was before is forgotten. */
  public void begin(byte kind) {
    if (buffer.capacity() > KEPT_BYTES) {
      buffer = allocate(FEW_BYTES);
    }
    buffer.clear();
    buffer.putInt(0).putInt(kind);
  }

  /** Ends the frame and returns it, ready to be written; valid until the next begins. */
  public ByteBuffer end() {
    buffer.putInt(0, buffer.position() - Frames.HEADER_BYTES);
    return buffer.flip();
  }

  /**
   * Returns the buffer with room for so many bytes more; valid until the next call.
   *
   * @throws FrameTooLargeException if the frame would be larger than frames are
   */
  ByteBuffer room(long bytes) {
    // Room for the zeros that fill up to a multiple of eight is always there.
    long needed = buffer.position() + bytes + Long.BYTES;
    if (needed > buffer.capacity()) {
      grow(needed);
    }
    return buffer;
  }

  private void grow(long needed) {
    if (needed > mostBytes) {
      throw new FrameTooLargeException(needed, mostBytes);
    }
    int capacity = (int) Math.min(mostBytes, Math.max(needed, 2L * buffer.capacity()));
    buffer = allocate(capacity).put(buffer.flip());
  }

  int position() {
    return buffer.position();
  }

  /** Fills with zeros up to a multiple of eight. */
  void pad() {
    int missing = -buffer.position() & 7;
    for (int i = 0; i < missing; i++) {
      buffer.put((byte) 0);
    }
  }
}
