package io.sparkserving.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchOffsetTest {
  @Test
  void theStoredFormStaysAsItIs() {
    String json = "{\"version\":1,\"incarnation\":\"my_api-0a\",\"batch\":3}";
    assertThat(new BatchOffset("my_api-0a", 3).json()).isEqualTo(json);
    assertThat(BatchOffset.parse(json)).isEqualTo(new BatchOffset("my_api-0a", 3));
    assertThat(BatchOffset.parse(json).isOf("my_api-0a")).isTrue();
    assertThat(BatchOffset.parse(json).isOf("my_api-0b")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":2,\"incarnation\":\"a\",\"batch\":3}",
        "{\"version\":1,\"batch\":3}",
        "{}",
        "3",
        "not json"
      })
  void otherFormsAreRefusedWithAdvice(String json) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchOffset.parse(json))
        .withMessageContaining("Use another checkpointLocation");
  }
}
