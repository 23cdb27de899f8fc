package io.sparkserving.columns;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.sparkserving.schema.ServingSchemas;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Makes a request row of each record of a body, as if each had come by itself, so that each is
 * answered by itself. Bodies without records are refused.
 */
record SeparateRecords(ManyRecords many, RecordStages stages, Refuser refuser) {
  private static final String TEXTS = "__serving_texts";

  RequestColumns split(RequestColumns requests, StructType schema, ParsingCheck check) {
    RequestText says = new RequestText(schema, requests.source(), many.most());
    Dataset<Row> rows = JsonBody.withText(requests, says);
    rows = ManyRecords.noted(rows, JsonBody.TEXT);
    rows = rows.withColumn(TEXTS, JsonBody.readOnce(RecordTexts.in(col(JsonBody.TEXT))));
    if (check != ParsingCheck.NONE) {
      Column good = coalesce(many.isCountGood(col(TEXTS)), lit(false));
      Column refused = refuser.column(requests.idColumn(), refusal(schema));
      rows = rows.filter(when(good, true).otherwise(refused));
    }
    rows = many.rows(requests.withRows(rows), stages, col(TEXTS), requests.requestColumn());
    Column request =
        requests
            .requestColumn()
            .withField("entity.content", ManyRecords.record().cast(DataTypes.BinaryType))
            .withField("entity.contentType", lit(null).cast(ServingSchemas.HEADER));
    return requests.withRows(rows.withColumn(requests.request(), request));
  }

  private Refusal refusal(DataType schema) {
    DataType array = new ArrayType(schema, true);
    return Refusal.json(
        col(JsonBody.CHARSET),
        col(JsonBody.TEXT),
        array,
        many.countFault(col(TEXTS)),
        Refusal.nothing());
  }
}
