package io.sparkserving.schema;

import java.util.Set;
import org.apache.spark.sql.types.DataType;

/** Knows machine learning vectors, without needing Spark's machine learning library. */
public final class VectorTypes {
  private static final Set<String> NAMES =
      Set.of("org.apache.spark.ml.linalg.VectorUDT", "org.apache.spark.mllib.linalg.VectorUDT");

  private VectorTypes() {}

  /** Returns whether a type is one of machine learning vectors, which JSON has as arrays. */
  public static boolean isVector(DataType type) {
    return NAMES.contains(type.getClass().getName());
  }
}
