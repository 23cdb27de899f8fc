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
import org.apache.spark.sql.types.StructType;

/**
 * Turns request rows into rows of a schema, and has the requests that do not parse answered with a
 * 400, row by row as the query runs.
 */
public final class RequestParsing {

  private final Refuser refuser;
  private final RecordStages stages;

  /**
   * @param refuser makes the columns that answer requests which do not parse
   * @param stages make rows of records where Spark cannot
   */
  public RequestParsing(Refuser refuser, RecordStages stages) {
    this.refuser = refuser;
    this.stages = stages;
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
    RequestColumns columns = RequestColumns.of(df, idCol, requestCol);
    return columns.source().protocol().isEmpty()
        ? parse(columns, schema, ParsingCheck.of(parsingCheck))
        : parse(df, schema, idCol, requestCol, parsingCheck, ManyRecords.DEFAULT);
  }

  /**
   * Replaces the request column as {@link #parse(Dataset, DataType, String, String, String)} does,
   * where a body may be an array of records, each of which becomes a row. All bodies of protocols
   * are.
   */
  public Dataset<Row> parse(
      Dataset<Row> df,
      DataType schema,
      String idCol,
      String requestCol,
      String parsingCheck,
      ManyRecords many) {
    RequestColumns columns = RequestColumns.of(df, idCol, requestCol);
    ParsingCheck check = ParsingCheck.of(parsingCheck);
    StructType struct = many.require(schema);
    if (!many.errorsInPlace()) {
      return parse(
          columns, new RecordsBody(struct, many, stages), type(schema, check, true), check);
    }
    columns.requireRoomFor(Body.of(schema).names());
    RequestColumns split = new SeparateRecords(many, stages, refuser).split(columns, struct, check);
    return parse(split, Body.of(schema), type(schema, check, true), check);
  }

  Dataset<Row> parse(RequestColumns columns, DataType schema, ParsingCheck check) {
    return parse(columns, Body.of(schema), type(schema, check, false), check);
  }

  private static RequestType type(DataType schema, ParsingCheck check, boolean many) {
    boolean isChecked = check != ParsingCheck.NONE;
    return new RequestType(schema, isChecked, check == ParsingCheck.FULL, many);
  }

  private Dataset<Row> parse(
      RequestColumns columns, Body body, RequestType parsed, ParsingCheck check) {
    columns.requireRoomFor(body.names());
    Dataset<Row> rows = body.read(columns);
    if (check != ParsingCheck.NONE) {
      rows = rows.filter(isGoodOrRefused(columns, body, check));
    }
    rows = body.spread(columns.withRows(rows));
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
