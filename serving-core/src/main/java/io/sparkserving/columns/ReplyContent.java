package io.sparkserving.columns;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * The body of a reply, as columns.
 *
 * @param bytes binary column, null where there is no content
 * @param length int column, the number of bytes, 0 where there is no content
 * @param contentType header column, null where there is no content
 */
public record ReplyContent(Column bytes, Column length, Column contentType) {

  private static final String JSON = "application/json";

  /** Text as {@code text/plain; charset=utf-8}; data is cast to string. */
  public static ReplyContent text(Column data) {
    return of(data, data.cast(DataTypes.StringType), "text/plain; charset=utf-8");
  }

  /** Bytes as {@code application/octet-stream}; data is cast to binary. */
  public static ReplyContent binary(Column data) {
    return of(data, data, "application/octet-stream");
  }

  /** No content. */
  public static ReplyContent empty() {
    return binary(lit(null));
  }

  /**
   * The body that suits a type: strings and binaries as they are, structs, maps and arrays of them
   * as JSON, anything else as a JSON object with the value under a name, null or not.
   *
   * @param data the column to reply with
   * @param name the key of that JSON object
   * @param type the type of the column
   */
  public static ReplyContent of(Column data, String name, DataType type) {
    if (type instanceof StringType) {
      return text(data);
    }
    if (type instanceof BinaryType) {
      return binary(data);
    }
    Column value = VectorColumns.vectorsToArrays(data, type);
    return hasOwnJson(type) ? of(data, to_json(value), JSON) : named(value, name);
  }

  /** A JSON object, which there is of a null too. */
  private static ReplyContent named(Column value, String name) {
    Column json = to_json(struct(value.as(name)), Map.of("ignoreNullFields", "false"));
    return of(json.cast(DataTypes.BinaryType), contentTypeHeader(JSON));
  }

  /** Tells by the data whether there is content: that is cheaper than to make the content. */
  private static ReplyContent of(Column data, Column content, String contentType) {
    Column header = when(data.isNotNull(), contentTypeHeader(contentType));
    return of(content.cast(DataTypes.BinaryType), header);
  }

  private static ReplyContent of(Column bytes, Column contentType) {
    return new ReplyContent(bytes, coalesce(octet_length(bytes), lit(0)), contentType);
  }

  private static Column contentTypeHeader(String value) {
    return struct(lit("Content-Type").as("name"), lit(value).as("value"));
  }

  private static boolean hasOwnJson(DataType type) {
    return type instanceof StructType
        || type instanceof MapType
        || (type instanceof ArrayType array && hasOwnJson(array.elementType()));
  }
}
