package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Readers of the types whose values are of any number of bytes. */
final class BytesReaders {
  private BytesReaders() {}

  static final class Texts extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      int[] offsets = readOffsets(in, count);
      require(in, offsets[count], 1);
      @Nullable Object[] values = new Object[count];
      int begin = in.arrayOffset() + in.position();
      for (int i = 0; i < count; i++) {
        int length = offsets[i + 1] - offsets[i];
        values[i] = new String(in.array(), begin + offsets[i], length, StandardCharsets.UTF_8);
      }
      in.position(in.position() + offsets[count]);
      skipPadding(in);
      return values;
    }
  }

  static final class Binaries extends VectorReader {
    @Override
    @Nullable Object[] readValues(ByteBuffer in, int count) {
      int[] offsets = readOffsets(in, count);
      require(in, offsets[count], 1);
      @Nullable Object[] values = new Object[count];
      int begin = in.position();
      for (int i = 0; i < count; i++) {
        byte[] value = new byte[offsets[i + 1] - offsets[i]];
        in.get(begin + offsets[i], value);
        values[i] = value;
      }
      in.position(begin + offsets[count]);
      skipPadding(in);
      return values;
    }
  }
}
