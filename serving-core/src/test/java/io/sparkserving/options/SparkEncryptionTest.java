package io.sparkserving.options;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkEncryptionTest {
  private final SparkConf conf = new SparkConf(false);

  @Test
  void sparkDoesNotEncryptUnlessItIsTold() {
    assertThat(SparkEncryption.isOn(conf)).isFalse();
    // The certificates of Spark's pages say nothing of what JVMs send each other.
    assertThat(SparkEncryption.isOn(conf.set("spark.ssl.enabled", "true"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"spark.network.crypto.enabled", "spark.ssl.rpc.enabled", "spark.authenticate"})
  void anySettingThatProtectsWhatJvmsSendEachOtherCounts(String setting) {
    assertThat(SparkEncryption.isOn(conf.set(setting, "false"))).isFalse();
    assertThat(SparkEncryption.isOn(conf.set(setting, "true"))).isTrue();
  }
}
