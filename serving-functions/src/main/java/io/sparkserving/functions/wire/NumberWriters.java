package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writers of the types whose values are one number each; a null is a zero. */
final class NumberWriters {
  private NumberWriters() {}

  static final class Booleans extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room(count);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.put(value != null && (Boolean) value ? (byte) 1 : 0);
      }
      out.pad();
    }
  }

  static final class Bytes extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room(count);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.put(value == null ? 0 : (Byte) value);
      }
      out.pad();
    }
  }

  static final class Shorts extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room((long) count * Short.BYTES);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.putShort(value == null ? 0 : (Short) value);
      }
      out.pad();
    }
  }

  static final class Integers extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room((long) count * Integer.BYTES);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.putInt(value == null ? 0 : (Integer) value);
      }
      out.pad();
    }
  }

  static final class Longs extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room((long) count * Long.BYTES);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.putLong(value == null ? 0 : (Long) value);
      }
      out.pad();
    }
  }

  static final class Floats extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room((long) count * Float.BYTES);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.putFloat(value == null ? 0 : (Float) value);
      }
      out.pad();
    }
  }

  static final class Doubles extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      ByteBuffer buffer = out.room((long) count * Double.BYTES);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        buffer.putDouble(value == null ? 0 : (Double) value);
      }
      out.pad();
    }
  }

  /** Of the type that has no values but null. */
  static final class Nothing extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {}
  }
}
