package io.sparkserving.columns;

import org.apache.spark.sql.SparkSession;

/** One Spark session for all tests of a JVM; tests that change its settings put them back. */
public final class LocalSpark {

  private LocalSpark() {}

  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("columns")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.session.timeZone", "UTC")
        // Local rows would be computed by the optimizer, and not as those of a stream are.
        .config(
            "spark.sql.optimizer.excludedRules",
            "org.apache.spark.sql.catalyst.optimizer.ConvertToLocalRelation")
        .getOrCreate();
  }
}
