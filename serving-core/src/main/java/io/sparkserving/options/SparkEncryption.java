package io.sparkserving.options;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/** Whether the administrators of a cluster have Spark protect what its JVMs send each other. */
final class SparkEncryption {
  /**
   * The first two encrypt. The third has whoever connects prove a secret that it does not show,
   * where the internal channel in plain text would show its own.
   */
  private static final List<String> SETTINGS =
      List.of("spark.network.crypto.enabled", "spark.ssl.rpc.enabled", "spark.authenticate");

  private SparkEncryption() {}

  /** Whether the Spark of this JVM does so; false before there is one. */
  static boolean isOn() {
    SparkEnv environment = SparkEnv.get();
    return environment != null && isOn(environment.conf());
  }

  static boolean isOn(SparkConf conf) {
    return SETTINGS.stream().anyMatch(setting -> conf.getBoolean(setting, false));
  }
}
