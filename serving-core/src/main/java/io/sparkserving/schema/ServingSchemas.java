package io.sparkserving.schema;

import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The types of the {@code id}, {@code request} and {@code reply} columns. Users may rely on field
 * names and their order; every field is nullable.
 */
public final class ServingSchemas {

  /**
   * Type of the {@code id} column, which names one request: {@code originatingService} is the
   * server that holds the connection, {@code requestId} the request's number there, {@code
   * partitionId} the partition by which the row came.
   */
  public static final StructType ID =
      new StructType()
          .add("originatingService", DataTypes.StringType)
          .add("requestId", DataTypes.StringType)
          .add("partitionId", DataTypes.IntegerType);

  /** Type of a protocol version, such as {@code HTTP}, 1, 1. */
  public static final StructType PROTOCOL_VERSION =
      new StructType()
          .add("protocol", DataTypes.StringType)
          .add("major", DataTypes.IntegerType)
          .add("minor", DataTypes.IntegerType);

  /** Type of a request line; {@code uri} is path and query, as the client sent them. */
  public static final StructType REQUEST_LINE =
      new StructType()
          .add("method", DataTypes.StringType)
          .add("uri", DataTypes.StringType)
          .add("protocolVersion", PROTOCOL_VERSION);

  /** Type of a status line; of a reply, only {@code statusCode} is sent. */
  public static final StructType STATUS_LINE =
      new StructType()
          .add("protocolVersion", PROTOCOL_VERSION)
          .add("statusCode", DataTypes.IntegerType)
          .add("reasonPhrase", DataTypes.StringType);

  /** Type of one header. */
  public static final StructType HEADER =
      new StructType().add("name", DataTypes.StringType).add("value", DataTypes.StringType);

  /**
   * Type of the body of a request or reply, with what headers say of it. A request without a body
   * has a null entity; {@code contentLength} is in bytes.
   */
  public static final StructType ENTITY =
      new StructType()
          .add("content", DataTypes.BinaryType)
          .add("contentEncoding", HEADER)
          .add("contentLength", DataTypes.LongType)
          .add("contentType", HEADER)
          .add("isChunked", DataTypes.BooleanType)
          .add("isRepeatable", DataTypes.BooleanType)
          .add("isStreaming", DataTypes.BooleanType);

  /** Type of the {@code request} column. */
  public static final StructType REQUEST =
      new StructType()
          .add("requestLine", REQUEST_LINE)
          .add("headers", DataTypes.createArrayType(HEADER))
          .add("entity", ENTITY);

  /** Type of the {@code reply} column; what is null in it has HTTP's plain meaning. */
  public static final StructType REPLY =
      new StructType()
          .add("headers", DataTypes.createArrayType(HEADER))
          .add("entity", ENTITY)
          .add("statusLine", STATUS_LINE)
          .add("locale", DataTypes.StringType);

  private ServingSchemas() {}

  /** Returns whether two types have the same structure and field names, nullable or not. */
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
