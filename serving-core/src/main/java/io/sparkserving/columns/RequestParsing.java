package io.sparkserving.columns;

import static org.apache.spark.sql.functions.when;

import io.sparkserving.schema.ApiTypes;
import io.sparkserving.schema.RequestType;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;

/**
 * Turns request rows into rows of a schema, and has the requests that do not parse answered with a
 * 400, row by row as the query runs.
 */
public final class RequestParsing {

  private final Refuser refuser;

  /**
   * @param refuser makes the columns that answer requests which do not parse
   */
  public RequestParsing(Refuser refuser) {
    this.refuser = refuser;
  }

  /** Parses with the source's column names and the {@code partial} check. */
  public Dataset<Row> parse(Dataset<Row> df, DataType schema) {
    return parse(df, schema, "id", "request", "partial");
  }

  /**
   * Replaces the request column by the columns of a schema; every other column stays, in its order.
   *
   * @throws IllegalArgumentException at once, if a column is missing, of another type or would
   *     clash with one of the schema, or if the schema or the check is not supported
   */
  public Dataset<Row> parse(
      Dataset<Row> df, DataType schema, String idCol, String requestCol, String parsingCheck) {
    return parse(RequestColumns.of(df, idCol, requestCol), schema, ParsingCheck.of(parsingCheck));
  }

  Dataset<Row> parse(RequestColumns columns, DataType schema, ParsingCheck check) {
    Body body = Body.of(schema);
    columns.requireRoomFor(body.names());
    Dataset<Row> rows = body.read(columns.rows(), columns.entity());
    if (check != ParsingCheck.NONE) {
      rows = rows.filter(isGoodOrRefused(columns, body, check));
    }
    RequestType parsed =
        new RequestType(schema, check != ParsingCheck.NONE, check == ParsingCheck.FULL);
    return rows.select(columns.withoutRequest(noted(columns, body, parsed)));
  }

  /**
   * The body's columns, the first of them with a note of what was parsed. The id has no note: as
   * another column it would not be found any more by {@code df.col("id")} of before.
   */
  private static List<Column> noted(RequestColumns columns, Body body, RequestType parsed) {
    List<Column> all = new ArrayList<>(body.columns(columns.entity()));
    if (!all.isEmpty()) {
      all.set(0, all.get(0).as(body.names().get(0), ApiTypes.noted(parsed)));
    }
    return all;
  }

  /** A filter with a side effect: sends the 400 where the body is not good, and is false there. */
  private Column isGoodOrRefused(RequestColumns columns, Body body, ParsingCheck check) {
    Column entity = columns.entity();
    Column refused = refuser.column(columns.idColumn(), body.refusal(entity, check));
    return when(body.isGood(entity, check), true).otherwise(refused);
  }
}
