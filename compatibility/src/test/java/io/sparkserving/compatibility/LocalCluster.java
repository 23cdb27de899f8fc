package io.sparkserving.compatibility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Spark with executors in JVMs of their own, which whoever starts it stops. */
final class LocalCluster {
  private LocalCluster() {}

  static SparkSession start(int executors, int cores) throws IOException {
    return start(executors, cores, Map.of());
  }

  static SparkSession start(int executors, int cores, Map<String, Object> settings)
      throws IOException {
    // Spark wants a home with a folder of jars; the executors' are those of this class path.
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    return SparkSession.builder()
        .master("local-cluster[" + executors + "," + cores + ",1024]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", executors)
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config(settings)
        .getOrCreate();
  }
}
