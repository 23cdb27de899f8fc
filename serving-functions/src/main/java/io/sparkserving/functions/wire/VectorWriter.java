package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Writes values of one type, as Spark's rows hold them, as a vector. A writer is for one thread at
 * a time.
 */
abstract class VectorWriter {
  /**
   * Makes the writer of a type.
   *
   * @throws IllegalArgumentException if values of the type do not travel
   */
  static VectorWriter of(DataType type) {
    return WriterChoice.of(type);
  }

  /**
   * Writes the first so many of the values.
   *
   * @throws FrameTooLargeException if they do not fit
   */
  final void write(FrameOutput out, @Nullable Object[] values, int count) {
    int firstNull = 0;
    while (firstNull < count && values[firstNull] != null) {
      firstNull++;
    }
    out.room(Long.BYTES).putLong(firstNull < count ? 1 : 0);
    if (firstNull < count) {
      writeValidity(out, values, count);
    }
    writeValues(out, values, count);
  }

  private static void writeValidity(FrameOutput out, @Nullable Object[] values, int count) {
    ByteBuffer buffer = out.room((count + 7) / 8);
    for (int i = 0; i < count; i += 8) {
      int bits = 0;
      int end = Math.min(8, count - i);
      for (int bit = 0; bit < end; bit++) {
        bits |= values[i + bit] == null ? 0 : 1 << bit;
      }
      buffer.put((byte) bits);
    }
    out.pad();
  }

  /** Writes what follows the validity; a null takes the room that its type demands. */
  abstract void writeValues(FrameOutput out, @Nullable Object[] values, int count);
}
