package io.sparkserving.columns;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/**
 * A body as an array of records, or as one record, which are all refused if one is bad. The array
 * is read as a whole before there is a row of any record.
 *
 * @param schema of a record
 * @param many how many records there may be
 * @param stages make rows of records where Spark cannot
 */
record RecordsBody(StructType schema, ManyRecords many, RecordStages stages) implements Body {

  private JsonBody array() {
    return new JsonBody(new ArrayType(schema, true));
  }

  @Override
  public List<String> names() {
    return List.of(schema.fieldNames());
  }

  @Override
  public Dataset<Row> read(RequestColumns requests) {
    RequestText says = new RequestText(schema, requests.source(), many.most());
    Dataset<Row> noted = ManyRecords.noted(JsonBody.withText(requests, says), JsonBody.TEXT);
    Column text = col(JsonBody.TEXT);
    Column inArray = when(ManyRecords.isSingle(), concat(lit("["), text, lit("]"))).otherwise(text);
    return array().parsed(noted.withColumn(JsonBody.TEXT, inArray));
  }

  @Override
  public Column isGood(Column entity, ParsingCheck check) {
    Column good = array().isGood(entity, check);
    Column noneIsNull = expr("NOT exists(" + array().value() + ", record -> record IS NULL)");
    return check == ParsingCheck.NONE
        ? good
        : good.and(coalesce(many.isCountGood(records()).and(noneIsNull), lit(false)));
  }

  private Column records() {
    return expr(array().value());
  }

  @Override
  public Refusal refusal(Column entity, ParsingCheck check) {
    Refusal refusal = array().refusal(entity, check);
    Column fault =
        coalesce(refusal.fault(), many.countFault(records()), NoRecord.in(col(JsonBody.TEXT)));
    Column wrong = check == ParsingCheck.FULL ? missing(refusal) : refusal.wrong();
    return new Refusal(
        refusal.charset(), refusal.root(), refusal.schema(), refusal.excerpt(), fault, wrong);
  }

  /** The fields that the first incomplete record lacks. */
  private Column missing(Refusal refusal) {
    String value = array().value();
    String lacks = "NOT (" + RequiredFields.completeSql("record", schema) + ")";
    Column position =
        expr("array_position(transform(" + value + ", record -> " + lacks + "), true) - 1");
    String first = "get(filter(" + value + ", record -> " + lacks + "), 0)";
    Column named = concat(lit("record "), position, lit(": "));
    return coalesce(
        when(position.geq(0), concat(named, RequiredFields.missing(first, schema))),
        refusal.wrong());
  }

  @Override
  public Dataset<Row> spread(RequestColumns checked) {
    return many.rows(checked, stages, records());
  }

  @Override
  public List<Column> columns(Column entity) {
    return Stream.of(schema.fieldNames())
        .map(name -> ManyRecords.record().getField(name).as(name))
        .toList();
  }
}
