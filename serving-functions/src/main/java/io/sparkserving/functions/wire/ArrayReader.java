package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads arrays: where each begins, then all their elements as one vector. */
final class ArrayReader extends VectorReader {
  private final VectorReader elements;

  ArrayReader(VectorReader elements) {
    this.elements = elements;
  }

  @Override
  @Nullable Object[] readValues(ByteBuffer in, int count) {
    int[] offsets = readOffsets(in, count);
    @Nullable Object[] all = elements.read(in, offsets[count]);
    @Nullable Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = SparkValues.array(Arrays.copyOfRange(all, offsets[i], offsets[i + 1]));
    }
    return values;
  }
}
