package io.sparkserving.testing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.sparkserving.Serving;
import io.sparkserving.ServingFunctions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Ways from request rows to reply rows that many tests use. */
final class Pipelines {

  private Pipelines() {}

  /** Answers with the bytes that came. */
  static Dataset<Row> echo(Dataset<Row> requests) {
    Column content = coalesce(col("request.entity.content"), lit(new byte[0]));
    return requests.withColumn("reply", ServingFunctions.binaryToResponse(content));
  }

  /** Answers with the request row as JSON; its content in base64. */
  static Dataset<Row> mirror(Dataset<Row> requests) {
    return text(requests, to_json(struct(col("id"), col("request"))));
  }

  /** Answers with the address as it was sent. */
  static Dataset<Row> address(Dataset<Row> requests) {
    return text(requests, col("request.requestLine.uri"));
  }

  /** Answers 200 with this text. */
  static Dataset<Row> text(Dataset<Row> requests, Column text) {
    return requests.withColumn("reply", ServingFunctions.stringToResponse(text));
  }

  /** {@code {"foo":"hello"}} is answered {@code {"fooLength":5}}. */
  static Dataset<Row> fooLength(Dataset<Row> requests) {
    StructType schema =
        new StructType().add("foo", DataTypes.StringType).add("bar", DataTypes.IntegerType);
    return Serving.makeReply(
        Serving.parseRequest(requests, schema).withColumn("fooLength", length(col("foo"))),
        "fooLength");
  }

  /** Answers with the text of the body, decoded as its Content-Type says. */
  static Dataset<Row> bodyText(Dataset<Row> requests) {
    return Serving.makeReply(Serving.parseRequest(requests, DataTypes.StringType), "value");
  }
}
