package io.sparkserving.schema;

import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Where in a request the value of a schema's field may stand, beside a body of JSON. */
public final class FieldSource {
  private static final String HEADER = "header";

  private FieldSource() {}

  /** The name of the header that a field's value comes from, as the field's metadata has it. */
  public static Optional<String> header(StructField field) {
    return isPlain(field.dataType()) && field.metadata().contains(HEADER)
        ? Optional.of(field.metadata().getString(HEADER))
        : Optional.empty();
  }

  /** Whether plain text can be a value of a type: scalars, and arrays of them. */
  public static boolean isPlain(DataType type) {
    return type instanceof ArrayType array ? isScalar(array.elementType()) : isScalar(type);
  }

  private static boolean isScalar(DataType type) {
    return type instanceof StringType
        || type instanceof BooleanType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType
        || type instanceof BinaryType
        || type instanceof DoubleType
        || type instanceof FloatType
        || type instanceof DecimalType
        || isInteger(type);
  }

  /** Whether a type is one of whole numbers. */
  public static boolean isInteger(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType;
  }
}
