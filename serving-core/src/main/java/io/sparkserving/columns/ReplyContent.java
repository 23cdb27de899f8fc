package io.sparkserving.columns;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * The body of a reply.
 *
 * @param bytes binary, null for none
 * @param length the number of bytes, or null where it is left to whoever sends the reply
 * @param contentType a header, or null where there is no content
 */
public record ReplyContent(Column bytes, Column length, Column contentType) {

  public static ReplyContent text(Column data) {
    return of(data, data.cast(DataTypes.StringType), "text/plain; charset=utf-8");
  }

  public static ReplyContent binary(Column data) {
    return of(data, data, "application/octet-stream");
  }

  public static ReplyContent empty() {
    return binary(lit(null));
  }

  /**
   * The body that suits a type: strings and binaries as they are, structs, maps and arrays of them
   * as JSON, anything else as a JSON object with the value under this name.
   */
  public static ReplyContent of(Column data, String name, DataType type) {
    if (type instanceof StringType) {
      return text(data);
    }
    if (type instanceof BinaryType) {
      return binary(data);
    }
    Column value = VectorColumns.vectorsToArrays(data, type);
    Column json = hasOwnJson(type) ? to_json(value) : namedJson(value, data, name);
    return of(data, json, "application/json");
  }

  /** Content is null where the data is, which is cheaper to look at than to make the content. */
  private static ReplyContent of(Column data, Column content, String contentType) {
    Column bytes = content.cast(DataTypes.BinaryType);
    return new ReplyContent(
        bytes,
        coalesce(octet_length(bytes), lit(0)),
        when(data.isNotNull(), contentTypeHeader(contentType)));
  }

  private static Column contentTypeHeader(String value) {
    return struct(lit("Content-Type").as("name"), lit(value).as("value"));
  }

  private static Column namedJson(Column value, Column data, String name) {
    return when(data.isNotNull(), to_json(struct(value.as(name))));
  }

  private static boolean hasOwnJson(DataType type) {
    return type instanceof StructType
        || type instanceof MapType
        || (type instanceof ArrayType array && hasOwnJson(array.elementType()));
  }
}
