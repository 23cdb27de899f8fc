package io.sparkserving.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailuresInARowTest {
  private final FailuresInARow failures = new FailuresInARow();

  @Test
  void failuresWithoutAReplyInBetweenAddUp() {
    assertThat(failures.add(0)).isEqualTo(1);
    assertThat(failures.add(0)).isEqualTo(2);
    assertThat(failures.add(0)).isEqualTo(3);
  }

  @Test
  void aReplyBeginsANewRow() {
    failures.add(0);
    failures.add(0);

    assertThat(failures.add(1)).isEqualTo(1);
    assertThat(failures.add(1)).isEqualTo(2);
  }
}
