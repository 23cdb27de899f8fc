package io.sparkserving.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestedSparksTest {
  @ParameterizedTest
  @CsvSource({"3.4.4,older", "2.4.8,older", "4.4.0,newer", "4.10.0-SNAPSHOT,newer", "5.0.0,newer"})
  void whatIsNotTestedIsSaid(String version, String how) {
    assertThat(TestedSparks.warning(version).orElseThrow())
        .startsWith("Spark " + version + " is " + how + " than")
        .contains("3.5 to 4.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.0", "3.5.3-amzn-0", "4.0.1", "4.2.1", "4.3.0-SNAPSHOT", "custom"})
  void ofOthersNothingIsSaid(String version) {
    assertThat(TestedSparks.warning(version)).isEmpty();
  }
}
