package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadOffsetTest {
  @Test
  void theStoredFormStaysAsItIs() {
    String json = "{\"version\":1,\"incarnation\":\"my_api-0a\",\"batch\":3}";
    assertThat(new HeadOffset("my_api-0a", 3).json()).isEqualTo(json);
    assertThat(HeadOffset.parse(json)).isEqualTo(new HeadOffset("my_api-0a", 3));
    assertThat(HeadOffset.parse(json).isOf("my_api-0a")).isTrue();
    assertThat(HeadOffset.parse(json).isOf("my_api-0b")).isFalse();
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
        .isThrownBy(() -> HeadOffset.parse(json))
        .withMessageContaining("Use another checkpointLocation");
  }
}
