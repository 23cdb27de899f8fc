package io.sparkserving.compatibility;

import org.apache.spark.sql.SparkSession;

/** The one Spark of this JVM, closed by Spark's own shutdown hook. */
final class LocalSpark {
  static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[2]")
          .config("spark.ui.enabled", false)
          .config("spark.sql.shuffle.partitions", 2)
          .getOrCreate();

  private LocalSpark() {}
}
