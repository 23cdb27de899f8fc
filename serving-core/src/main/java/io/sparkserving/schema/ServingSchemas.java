package io.sparkserving.schema;

import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The types of the {@code id}, {@code request} and {@code reply} columns. Field names and order are
 * a contract; every field is nullable.
 */
public final class ServingSchemas {

  /** Names one request: the service's process, the request within it, the partition it came by. */
  public static final StructType ID =
      new StructType()
          .add("originatingService", DataTypes.StringType)
          .add("requestId", DataTypes.StringType)
          .add("partitionId", DataTypes.IntegerType);

  public static final StructType PROTOCOL_VERSION =
      new StructType()
          .add("protocol", DataTypes.StringType)
          .add("major", DataTypes.IntegerType)
          .add("minor", DataTypes.IntegerType);

  public static final StructType REQUEST_LINE =
      new StructType()
          .add("method", DataTypes.StringType)
          .add("uri", DataTypes.StringType)
          .add("protocolVersion", PROTOCOL_VERSION);

  public static final StructType STATUS_LINE =
      new StructType()
          .add("protocolVersion", PROTOCOL_VERSION)
          .add("statusCode", DataTypes.IntegerType)
          .add("reasonPhrase", DataTypes.StringType);

  public static final StructType HEADER =
      new StructType().add("name", DataTypes.StringType).add("value", DataTypes.StringType);

  public static final StructType ENTITY =
      new StructType()
          .add("content", DataTypes.BinaryType)
          .add("contentEncoding", HEADER)
          .add("contentLength", DataTypes.LongType)
          .add("contentType", HEADER)
          .add("isChunked", DataTypes.BooleanType)
          .add("isRepeatable", DataTypes.BooleanType)
          .add("isStreaming", DataTypes.BooleanType);

  public static final StructType REQUEST =
      new StructType()
          .add("requestLine", REQUEST_LINE)
          .add("headers", DataTypes.createArrayType(HEADER))
          .add("entity", ENTITY);

  public static final StructType REPLY =
      new StructType()
          .add("headers", DataTypes.createArrayType(HEADER))
          .add("entity", ENTITY)
          .add("statusLine", STATUS_LINE)
          .add("locale", DataTypes.StringType);

  private ServingSchemas() {}

  /** Whether two types have the same structure and field names, whatever may be null in them. */
  public static boolean sameType(DataType a, DataType b) {
    if (a instanceof StructType left && b instanceof StructType right) {
      return sameFields(left.fields(), right.fields());
    }
    if (a instanceof ArrayType left && b instanceof ArrayType right) {
      return sameType(left.elementType(), right.elementType());
    }
    if (a instanceof MapType left && b instanceof MapType right) {
      return sameType(left.keyType(), right.keyType())
          && sameType(left.valueType(), right.valueType());
    }
    return a.equals(b);
  }

  private static boolean sameFields(StructField[] left, StructField[] right) {
    if (left.length != right.length) {
      return false;
    }
    for (int i = 0; i < left.length; i++) {
      if (!left[i].name().equals(right[i].name())
          || !sameType(left[i].dataType(), right[i].dataType())) {
        return false;
      }
    }
    return true;
  }
}
