package io.sparkserving.driver;

import org.apache.hadoop.fs.Path;

/** How folders are known that go with the driver. */
public final class TemporaryPlaces {
  /** Begins the name of a folder that stands in for a checkpoint. */
  public static final String CHECKPOINT = "spark-serving-checkpoint-";

  /** Begins the name of such a folder of Spark's own. */
  private static final String SPARK = "temporary-";

  private TemporaryPlaces() {}

  /** Whether a checkpoint goes with the driver. */
  public static boolean isTemporary(Path checkpoint) {
    String name = checkpoint.getName();
    return name.startsWith(CHECKPOINT) || name.startsWith(SPARK);
  }
}
