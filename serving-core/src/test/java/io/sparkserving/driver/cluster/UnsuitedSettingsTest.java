package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.LogCapture;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class UnsuitedSettingsTest {
  private static List<String> warnings(Map<String, String> settings) {
    SparkConf configuration = new SparkConf(false);
    settings.forEach(configuration::set);
    try (LogCapture log = new LogCapture()) {
      UnsuitedSettings.warn(configuration, "api");
      return List.copyOf(log.lines());
    }
  }

  @Test
  void eachSettingThatDoesAServiceNoGoodIsToldWithWhatToDo() {
    assertThat(warnings(Map.of())).isEmpty();
    assertThat(warnings(Map.of("spark.speculation", "true")))
        .singleElement()
        .asString()
        .contains("'api'", "spark.speculation", "Set it to false");
    assertThat(warnings(Map.of("spark.dynamicAllocation.enabled", "true")))
        .singleElement()
        .asString()
        .contains("'api'", "Set spark.dynamicAllocation.minExecutors");
    assertThat(
            warnings(
                Map.of(
                    "spark.dynamicAllocation.enabled",
                    "true",
                    "spark.dynamicAllocation.minExecutors",
                    "3")))
        .isEmpty();
  }
}
