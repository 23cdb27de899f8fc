package io.sparkserving;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.columns.LocalSpark;
import io.sparkserving.columns.RequestDataset;
import io.sparkserving.schema.ServingSchemas;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

class ServingFunctionsTest {

  private static final byte[] LATIN = "grüße".getBytes(StandardCharsets.ISO_8859_1);

  private static Row only(Column column) {
    Dataset<Row> df = LocalSpark.session().range(1).select(column.as("reply"));
    assertThat(ServingSchemas.sameType(df.schema().apply(0).dataType(), ServingSchemas.REPLY))
        .isTrue();
    return df.collectAsList().get(0).getStruct(0);
  }

  private static int code(Row reply) {
    return reply.<Row>getAs("statusLine").getInt(1);
  }

  private static String reason(Row reply) {
    return reply.<Row>getAs("statusLine").getString(2);
  }

  private static String body(Row reply) {
    return new String(reply.<Row>getAs("entity").<byte[]>getAs("content"), StandardCharsets.UTF_8);
  }

  private static String contentType(Row reply) {
    return reply.<Row>getAs("entity").<Row>getAs("contentType").getString(1);
  }

  @Test
  void requestsAndEntitiesAreReadAsText() {
    Dataset<Row> df = RequestDataset.of(LATIN, "text/plain; charset=ISO-8859-1");

    Row row =
        df.select(
                ServingFunctions.requestToString(col("request")),
                ServingFunctions.entityToString(col("request.entity")))
            .collectAsList()
            .get(0);

    assertThat(row.getString(0)).isEqualTo("grüße");
    assertThat(row.getString(1)).isEqualTo("grüße");
  }

  @Test
  void aResponseIsA200UnlessToldOtherwise() {
    for (Column response :
        List.of(
            ServingFunctions.stringToResponse(lit("x")),
            ServingFunctions.binaryToResponse(lit(new byte[] {'x'})),
            ServingFunctions.makeReply(lit("x"), DataTypes.StringType),
            ServingFunctions.emptyResponse())) {
      assertThat(code(only(response))).isEqualTo(200);
      assertThat(reason(only(response))).isEqualTo("OK");
    }
  }

  @Test
  void codeAndReasonAreGivenAsValues() {
    for (Column response :
        List.of(
            ServingFunctions.stringToResponse(lit("x"), 201, "Made"),
            ServingFunctions.binaryToResponse(lit(new byte[] {'x'}), 201, "Made"),
            ServingFunctions.makeReply(lit("x"), DataTypes.StringType, 201, "Made"),
            ServingFunctions.emptyResponse(201, "Made"))) {
      assertThat(code(only(response))).isEqualTo(201);
      assertThat(reason(only(response))).isEqualTo("Made");
    }
  }

  @Test
  void codeAndReasonAreGivenAsColumns() {
    Column code = col("id").plus(202);
    Column reason = col("id").cast("string");

    for (Column response :
        List.of(
            ServingFunctions.stringToResponse(lit("x"), code, reason),
            ServingFunctions.binaryToResponse(lit(new byte[] {'x'}), code, reason),
            ServingFunctions.emptyResponse(code, reason))) {
      assertThat(code(only(response))).isEqualTo(202);
      assertThat(reason(only(response))).isEqualTo("0");
    }
  }

  @Test
  void bodiesComeWithTheirContentTypes() {
    Row text = only(ServingFunctions.stringToResponse(lit("grüße")));
    assertThat(body(text)).isEqualTo("grüße");
    assertThat(contentType(text)).isEqualTo("text/plain; charset=utf-8");

    Row binary = only(ServingFunctions.binaryToResponse(lit(new byte[] {'x', 'y'})));
    assertThat(body(binary)).isEqualTo("xy");
    assertThat(contentType(binary)).isEqualTo("application/octet-stream");

    Row empty = only(ServingFunctions.emptyResponse()).getAs("entity");
    assertThat(empty.<Object>getAs("content")).isNull();
    assertThat(empty.<Object>getAs("contentType")).isNull();
    assertThat(empty.<Long>getAs("contentLength")).isZero();
  }

  @Test
  void makeReplyNamesWhatHasNoJsonOfItsOwn() {
    assertThat(body(only(ServingFunctions.makeReply(col("id"), DataTypes.LongType))))
        .isEqualTo("{\"value\":0}");
    assertThat(
            body(only(ServingFunctions.makeReply(col("id"), "n", DataTypes.LongType, 200, "OK"))))
        .isEqualTo("{\"n\":0}");
  }
}
