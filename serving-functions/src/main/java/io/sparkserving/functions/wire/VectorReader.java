package io.sparkserving.functions.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of one type, as Spark's rows hold them, from vectors. What is no vector makes it
 * throw a runtime exception, whatever it is. All threads may read with one reader.
 */
abstract class VectorReader {
  /**
   * Makes the reader of a type.
   *
   * @param java8Time whether rows hold dates and timestamps in the classes of {@code java.time}
   * @throws IllegalArgumentException if values of the type do not travel
   */
  static VectorReader of(DataType type, boolean java8Time) {
    return new ReaderChoice(java8Time).of(type);
  }

  /** Reads so many values. */
  final @Nullable Object[] read(ByteBuffer in, int count) {
    boolean hasNulls = (byte) in.getLong() != 0;
    int validity = in.position();
    if (hasNulls) {
      in.position(validity + (count + 7) / 8);
      skipPadding(in);
    }
    @Nullable Object[] values = readValues(in, count);
    if (hasNulls) {
      for (int i = 0; i < count; i++) {
        if ((in.get(validity + (i >> 3)) >> (i & 7) & 1) == 0) {
          values[i] = null;
        }
      }
    }
    return values;
  }

  /** Reads what follows the validity; what a null's slot holds may be made into any value. */
  abstract @Nullable Object[] readValues(ByteBuffer in, int count);

  /** Moves on to a multiple of eight. */
  static void skipPadding(ByteBuffer in) {
    in.position((in.position() + 7) & ~7);
  }

  /** Makes sure before memory is taken that so many values of a width may be there. */
  static void require(ByteBuffer in, int count, int width) {
    if ((long) count * width > in.remaining()) {
      throw new BufferUnderflowException();
    }
  }

  /** Reads where values begin; after the last, where it ends. */
  static int[] readOffsets(ByteBuffer in, int count) {
    require(in, count + 1, Integer.BYTES);
    int[] offsets = new int[count + 1];
    int last = 0;
    for (int i = 0; i <= count; i++) {
      offsets[i] = in.getInt();
      if (offsets[i] < last) {
        throw new IllegalArgumentException("Invalid offset " + offsets[i] + " after " + last);
      }
      last = offsets[i];
    }
    skipPadding(in);
    return offsets;
  }
}
