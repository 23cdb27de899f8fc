package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Readers of the types whose values are one number each. */
final class NumberReaders {
  private NumberReaders() {}

  static final class Booleans extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, 1);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = in.get() != 0;
      }
      skipPadding(in);
      return values;
    }
  }

  static final class Bytes extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, 1);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = in.get();
      }
      skipPadding(in);
      return values;
    }
  }

  static final class Shorts extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Short.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = in.getShort();
      }
      skipPadding(in);
      return values;
    }
  }

  static final class Integers extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Integer.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = in.getInt();
      }
      skipPadding(in);
      return values;
    }
  }

  static final class Longs extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Long.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = in.getLong();
      }
      skipPadding(in);
      return values;
    }
  }

  static final class Floats extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Float.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = in.getFloat();
      }
      skipPadding(in);
      return values;
    }
  }

  static final class Doubles extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      require(in, count, Double.BYTES);
      @Nullable Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        values[i] = in.getDouble();
      }
      skipPadding(in);
      return values;
    }
  }

  /** Of the type that has no values but null. */
  static final class Nothing extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      return new Object[count];
    }
  }
}
