package io.sparkserving.functions.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writers of the types whose values are of any number of bytes. */
final class BytesWriters {
  private BytesWriters() {}

  static final class Texts extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      Offsets offsets = new Offsets(out, count);
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        if (value != null) {
          byte[] bytes = ((String) value).getBytes(StandardCharsets.UTF_8);
          out.room(bytes.length).put(bytes);
          offsets.add(bytes.length);
        } else {
          offsets.add(0);
        }
      }
      out.pad();
    }
  }

  static final class Binaries extends VectorWriter {
    @Override
    void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
      Offsets offsets = new Offsets(out, count);
      for (int i = 0; i < count; i++) {
        byte[] bytes = (byte[]) values[i];
        if (bytes != null) {
          out.room(bytes.length).put(bytes);
          offsets.add(bytes.length);
        } else {
          offsets.add(0);
        }
      }
      out.pad();
    }
  }
}
