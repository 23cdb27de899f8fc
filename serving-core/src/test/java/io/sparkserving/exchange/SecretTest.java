package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void itMatchesItselfAloneAndIsNotPrinted() {
    Secret secret = Secret.random();
    assertThat(secret.matches(secret.reveal())).isTrue();
    assertThat(secret.matches(Secret.random().reveal())).isFalse();
    assertThat(secret.matches("")).isFalse();
    assertThat(secret.toString()).doesNotContain(secret.reveal());
  }
}
