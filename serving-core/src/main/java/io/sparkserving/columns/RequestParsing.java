package io.sparkserving.columns;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.sparkserving.routing.SendReply;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** Turns request rows into rows of a schema; answers the requests that do not parse with a 400. */
public final class RequestParsing {

  private final ReplySender sender;

  RequestParsing(ReplySender sender) {
    this.sender = sender;
  }

  /** With the source's column names and the {@code partial} check. */
  public static Dataset<Row> parse(Dataset<Row> df, DataType schema) {
    return parse(df, null, schema, "id", "request", "partial");
  }

  /**
   * Replaces the request column by the columns of a schema; every other column stays, in its order.
   *
   * @param api the service whose requests these are; where null, the id alone says it
   * @throws IllegalArgumentException at once, if a column is missing, of another type or would
   *     clash with one of the schema, or if the schema or the check is not supported
   */
  public static Dataset<Row> parse(
      Dataset<Row> df,
      @Nullable String api,
      DataType schema,
      String idCol,
      String requestCol,
      String parsingCheck) {
    return new RequestParsing(SendReply::column)
        .parse(
            RequestColumns.of(df, idCol, requestCol),
            api,
            Body.of(schema),
            ParsingCheck.of(parsingCheck));
  }

  Dataset<Row> parse(RequestColumns columns, @Nullable String api, Body body, ParsingCheck check) {
    columns.requireRoomFor(body.names());
    Dataset<Row> rows = body.read(columns.rows(), columns.entity());
    if (check != ParsingCheck.NONE) {
      rows = rows.filter(isGoodOrAnswered(columns, api, body, check));
    }
    return rows.select(columns.withoutRequest(body.columns(columns.entity())));
  }

  /** A filter with a side effect: sends the 400 where the body is not good, and is false there. */
  private Column isGoodOrAnswered(
      RequestColumns columns, @Nullable String api, Body body, ParsingCheck check) {
    Column entity = columns.entity();
    Column service = lit(api).cast(DataTypes.StringType);
    Column sent = sender.column(service, body.badRequest(entity), columns.idColumn());
    return when(body.isGood(entity, check), true).otherwise(sent.isNull());
  }
}
