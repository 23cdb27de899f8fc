package io.sparkserving.columns;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.struct;

import io.sparkserving.schema.ServingSchemas;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Builds reply columns, of exactly the type {@link ServingSchemas#REPLY}. */
public final class ReplyColumns {

  private ReplyColumns() {}

  /**
   * Makes a reply, never null. Where the content is null the entity is empty and names no content
   * type. The headers are an empty array rather than null, so that {@code concat} can add to them.
   *
   * @param code status code, cast to int
   * @param reason reason phrase, cast to string
   */
  public static Column of(ReplyContent content, Column code, Column reason) {
    Column entity =
        struct(
            content.bytes().as("content"),
            nothing(ServingSchemas.HEADER).as("contentEncoding"),
            content.length().cast(DataTypes.LongType).as("contentLength"),
            content.contentType().as("contentType"),
            lit(false).as("isChunked"),
            lit(true).as("isRepeatable"),
            lit(false).as("isStreaming"));
    return struct(
        noHeaders().as("headers"),
        entity.as("entity"),
        statusLine(code, reason).as("statusLine"),
        nothing(DataTypes.StringType).as("locale"));
  }

  private static Column statusLine(Column code, Column reason) {
    Column http11 = struct(lit("HTTP").as("protocol"), lit(1).as("major"), lit(1).as("minor"));
    return struct(
        http11.as("protocolVersion"),
        code.cast(DataTypes.IntegerType).as("statusCode"),
        reason.cast(DataTypes.StringType).as("reasonPhrase"));
  }

  // array() without elements is an array of strings or of voids, as a setting says.
  private static Column noHeaders() {
    return slice(array(nothing(ServingSchemas.HEADER)), 1, 0);
  }

  private static Column nothing(DataType type) {
    return lit(null).cast(type);
  }
}
