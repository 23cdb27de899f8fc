package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads maps: where each begins, then all their keys as one vector, then all their values. */
final class MapReader extends VectorReader {
  private final VectorReader keys;
  private final VectorReader values;

  MapReader(VectorReader keys, VectorReader values) {
    this.keys = keys;
    this.values = values;
  }

  @Override
  @Nullable Object[] readValues(ByteBuffer in, int count) {
    int[] offsets = readOffsets(in, count);
    @Nullable Object[] allKeys = keys.read(in, offsets[count]);
    @Nullable Object[] allValues = values.read(in, offsets[count]);
    @Nullable Object[] maps = new Object[count];
    for (int i = 0; i < count; i++) {
      Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
      for (int entry = offsets[i]; entry < offsets[i + 1]; entry++) {
        map.put(allKeys[entry], allValues[entry]);
      }
      maps[i] = SparkValues.mapOf(map);
    }
    return maps;
  }
}
