package io.sparkserving.testing;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * Spark sessions for tests: no UI, few shuffle partitions, nothing written to the working folder.
 */
public final class SparkSessions {

  private SparkSessions() {}

  /** A session on the given master, for instance {@code local[2]} or {@code local[2,4]}. */
  public static SparkSession start(String master) {
    return start(master, Map.of());
  }

  /** A session on the given master; the settings given win over the defaults here. */
  public static SparkSession start(String master, Map<String, String> settings) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master(master)
            .appName("serving-tests")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/warehouse");
    settings.forEach(builder::config);
    return builder.getOrCreate();
  }
}
