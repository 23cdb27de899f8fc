package io.sparkserving.functions.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps: where each begins, then all their keys as one vector, then all their values. */
final class MapWriter extends VectorWriter {
  private final VectorWriter keys;
  private final VectorWriter values;

  MapWriter(VectorWriter keys, VectorWriter values) {
    this.keys = keys;
    this.values = values;
  }

  @Override
  void writeValues(FrameOutput out, @Nullable Object[] maps, int count) {
    Offsets offsets = new Offsets(out, count);
    Flat flatKeys = new Flat(count);
    Flat flatValues = new Flat(count);
    for (int i = 0; i < count; i++) {
      Object value = maps[i];
      int size = 0;
      if (value != null) {
        Map<?, ?> map = SparkValues.map(value);
        size = map.size();
        flatKeys.ensure(size);
        flatValues.ensure(size);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          flatKeys.add(entry.getKey());
          flatValues.add(entry.getValue());
        }
      }
      offsets.add(size);
    }
    keys.write(out, flatKeys.values(), flatKeys.size());
    values.write(out, flatValues.values(), flatValues.size());
  }
}
