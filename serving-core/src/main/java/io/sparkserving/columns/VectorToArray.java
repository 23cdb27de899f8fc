package io.sparkserving.columns;

import static org.apache.spark.sql.functions.when;

import org.apache.spark.ml.functions;
import org.apache.spark.sql.Column;

/**
 * The one call into Spark's machine learning library. The class is apart so that it is loaded only
 * where a vector is met.
 */
final class VectorToArray {

  private VectorToArray() {}

  static Column column(Column vector) {
    // vector_to_array throws on null.
    return when(vector.isNotNull(), functions.vector_to_array(vector, "float64"));
  }
}
