package io.sparkserving.functions.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes arrays: where each begins, then all their elements as one vector. */
final class ArrayWriter extends VectorWriter {
  private final VectorWriter elements;

  ArrayWriter(VectorWriter elements) {
    this.elements = elements;
  }

  @Override
  void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
    Offsets offsets = new Offsets(out, count);
    Flat flat = new Flat(count);
    for (int i = 0; i < count; i++) {
      Object value = values[i];
      int size = 0;
      if (value != null) {
        List<?> list = SparkValues.list(value);
        size = list.size();
        flat.ensure(size);
        for (Object element : list) {
          flat.add(element);
        }
      }
      offsets.add(size);
    }
    elements.write(out, flat.values(), flat.size());
  }
}
