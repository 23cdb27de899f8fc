package io.sparkserving.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.LocalSparkCluster;

/**
 * Spark's master and workers in this JVM, for drivers in processes of their own. Executors are this
 * JVM's children, and outlive the driver until they notice.
 */
public final class StandaloneCluster implements AutoCloseable {

  private static final int WORKER_MEGABYTES = 1024;

  private final LocalSparkCluster cluster;
  private final String master;

  private StandaloneCluster(LocalSparkCluster cluster) {
    this.cluster = cluster;
    this.master = cluster.start()[0];
  }

  /** Starts it, with one core and one executor a worker. */
  public static StandaloneCluster start(int workers) throws IOException {
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    return new StandaloneCluster(
        new LocalSparkCluster(workers, 1, WORKER_MEGABYTES, new SparkConf()));
  }

  /** What a driver gives as its master. */
  public String master() {
    return master;
  }

  @Override
  public void close() {
    cluster.stop();
  }
}
