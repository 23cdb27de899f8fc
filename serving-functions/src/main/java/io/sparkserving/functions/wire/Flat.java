package io.sparkserving.functions.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Values of many arrays or maps, one after another. */
final class Flat {
  private @Nullable Object[] values;
  private int size;

  Flat(int likelySize) {
    values = new Object[likelySize];
  }

  /** Makes room for so many values more. */
  void ensure(int more) {
    int needed = Math.addExact(size, more);
    if (needed > values.length) {
      values = Arrays.copyOf(values, (int) Math.max(needed, Math.min(2L * needed, 1 << 30)));
    }
  }

  /** Adds a value for which there is room. */
  void add(@Nullable Object value) {
    values[size++] = value;
  }

  @Nullable Object[] values() {
    return values;
  }

  int size() {
    return size;
  }
}
