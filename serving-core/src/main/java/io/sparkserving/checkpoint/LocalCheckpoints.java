package io.sparkserving.checkpoint;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes checkpoints on the local disk fast, where nobody has chosen a file system for them. */
public final class LocalCheckpoints {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCheckpoints.class);
  private static final String KEY = "fs.AbstractFileSystem.file.impl";
  private static final String HADOOP_DEFAULT = "org.apache.hadoop.fs.local.LocalFs";

  private LocalCheckpoints() {}

  /**
   * Replaces Hadoop's local file system by {@link ForkFreeLocalFs} for streaming checkpoints. This
   * happens in local mode only, where all of the application runs in this JVM, only where the
   * setting is still Hadoop's own, and only where Hadoop can load the class.
   */
  public static void avoidForks(SparkContext spark) {
    if (spark.isLocal()) {
      avoidForks(spark.hadoopConfiguration());
    }
  }

  static void avoidForks(Configuration hadoop) {
    if (HADOOP_DEFAULT.equals(hadoop.get(KEY))
        && hadoop.getClassByNameOrNull(ForkFreeLocalFs.class.getName()) != null) {
      hadoop.set(KEY, ForkFreeLocalFs.class.getName());
      LOG.info(
          "Checkpoints of this Spark application on the local disk are written by {} from now on."
              + " With option fastLocalCheckpoints=false for each service Hadoop's own writes them.",
          ForkFreeLocalFs.class.getName());
    }
  }
}
