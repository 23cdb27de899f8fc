package io.sparkserving.task.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OnDemandRowTest {

  private static final class Recording extends OnDemandRow {
    private final transient List<Integer> made = new ArrayList<>();

    @Override
    public int numFields() {
      return 3;
    }

    @Override
    @Nullable Object value(int ordinal) {
      made.add(ordinal);
      return ordinal == 2 ? null : UTF8String.fromString("value " + ordinal);
    }
  }

  @Test
  void aValueIsMadeOnceForWhoeverAsksFirstWhetherThereIsOne() {
    Recording row = new Recording();
    for (int ordinal = 0; ordinal < 2; ordinal++) {
      assertThat(row.isNullAt(ordinal)).isFalse();
      assertThat(row.getUTF8String(ordinal)).hasToString("value " + ordinal);
    }
    assertThat(row.isNullAt(2)).isTrue();
    assertThat(row.isNullAt(2)).isTrue();
    assertThat(row.made).containsExactly(0, 1, 2);
  }
}
