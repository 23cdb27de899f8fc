package io.sparkserving.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.schema.ServingSchemas;
import java.nio.charset.StandardCharsets;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyMakingTest {

  static final String JSON = "application/json";

  private static Dataset<Row> sql(String expression) {
    return LocalSpark.session().sql("SELECT " + expression + " AS col");
  }

  static Row entity(Dataset<Row> df, String column) {
    Dataset<Row> replies = ReplyMaking.makeReply(df, column, "reply");
    Row reply = replies.select("reply").collectAsList().get(0).getStruct(0);
    return reply.getAs("entity");
  }

  private static String text(Row entity) {
    return new String(entity.<byte[]>getAs("content"), StandardCharsets.UTF_8);
  }

  private static @Nullable String contentType(Row entity) {
    Row header = entity.getAs("contentType");
    return header == null ? null : header.getAs("value");
  }

  static void assertReply(Row entity, String contentType, String body) {
    assertThat(contentType(entity)).isEqualTo(contentType);
    assertThat(text(entity)).isEqualTo(body);
    assertThat(entity.<Long>getAs("contentLength"))
        .isEqualTo(body.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void aReplyHasExactlyTheSchemasType() {
    Dataset<Row> replies = ReplyMaking.makeReply(sql("'hello'"), "col", "reply");

    assertThat(
            ServingSchemas.sameType(
                replies.schema().apply("reply").dataType(), ServingSchemas.REPLY))
        .isTrue();
  }

  @Test
  void aReplyIsA200OfHttp11WithoutHeaders() {
    Row reply =
        ReplyMaking.makeReply(sql("'hello'"), "col", "reply")
            .select("reply")
            .collectAsList()
            .get(0)
            .getStruct(0);

    assertThat(reply.getList(0)).isEmpty();
    Row entity = reply.getStruct(1);
    assertThat(entity.<Row>getAs("contentType").getString(0)).isEqualTo("Content-Type");
    assertThat(entity.<Object>getAs("contentEncoding")).isNull();
    assertThat(entity.<Boolean>getAs("isChunked")).isFalse();
    assertThat(entity.<Boolean>getAs("isRepeatable")).isTrue();
    assertThat(entity.<Boolean>getAs("isStreaming")).isFalse();
    Row statusLine = reply.getStruct(2);
    assertThat(statusLine.getStruct(0)).isEqualTo(RowFactory.create("HTTP", 1, 1));
    assertThat(statusLine.getInt(1)).isEqualTo(200);
    assertThat(statusLine.getString(2)).isEqualTo("OK");
    assertThat(reply.isNullAt(3)).isTrue();
  }

  @Test
  void aStringIsPlainText() {
    assertReply(entity(sql("'grüße'"), "col"), "text/plain; charset=utf-8", "grüße");
    assertReply(entity(sql("''"), "col"), "text/plain; charset=utf-8", "");
  }

  @Test
  void aBinaryIsAnOctetStream() {
    Row entity = entity(sql("unhex('00FFC3')"), "col");

    assertThat(contentType(entity)).isEqualTo("application/octet-stream");
    assertThat(entity.<byte[]>getAs("content")).containsExactly(0, 0xff, 0xc3);
    assertThat(entity.<Long>getAs("contentLength")).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "named_struct('a', 1, 'b', named_struct('c', 'x')) | {\"a\":1,\"b\":{\"c\":\"x\"}}",
        "named_struct('a', 1, 'b', cast(null AS int)) | {\"a\":1}",
        "map('k', 1) | {\"k\":1}",
        "array(named_struct('a', 1), named_struct('a', 2)) | [{\"a\":1},{\"a\":2}]",
        "array(map('k', 1)) | [{\"k\":1}]",
        "array(array(named_struct('a', 1))) | [[{\"a\":1}]]"
      })
  void structsMapsAndArraysOfThemAreTheirOwnJson(String expression, String json) {
    assertReply(entity(sql(expression), "col"), JSON, json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "5 | {\"col\":5}",
        "5L | {\"col\":5}",
        "cast(1.5 AS double) | {\"col\":1.5}",
        "cast(1.5 AS float) | {\"col\":1.5}",
        "cast('12.30' AS decimal(10,2)) | {\"col\":12.30}",
        "true | {\"col\":true}",
        "cast(7 AS byte) | {\"col\":7}",
        "DATE'2026-01-02' | {\"col\":\"2026-01-02\"}",
        "TIMESTAMP'2026-01-02 03:04:05' | {\"col\":\"2026-01-02T03:04:05.000Z\"}",
        "array(1, 2) | {\"col\":[1,2]}",
        "array('a', null) | {\"col\":[\"a\",null]}",
        "array(array(1.5)) | {\"col\":[[1.5]]}"
      })
  void anyOtherTypeIsAJsonObjectWithTheColumnsName(String expression, String json) {
    assertReply(entity(sql(expression), "col"), JSON, json);
  }

  @ParameterizedTest
  @CsvSource({"string", "binary", "struct<a:int>", "'map<string,int>'", "array<struct<a:int>>"})
  void nullIsAnEmpty200(String type) {
    Row entity = entity(sql("cast(null AS " + type + ")"), "col");

    assertThat(entity.<Object>getAs("content")).isNull();
    assertThat(entity.<Long>getAs("contentLength")).isZero();
    assertThat(contentType(entity)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"boolean", "int", "double", "'decimal(10,2)'", "array<int>", "timestamp", "void"})
  void aNullThatHasNoJsonOfItsOwnIsNullUnderItsName(String type) {
    assertReply(entity(sql("cast(null AS " + type + ")"), "col"), JSON, "{\"col\":null}");
  }

  @Test
  void aFieldRepliesUnderItsOwnName() {
    Dataset<Row> df = sql("named_struct('Inner', 5)");

    assertReply(entity(df, "col.Inner"), JSON, "{\"Inner\":5}");
    assertReply(entity(sql("5"), "col"), JSON, "{\"col\":5}");
    assertReply(entity(sql("5").toDF("odd.name"), "`odd.name`"), JSON, "{\"odd.name\":5}");
  }

  @Test
  void aColumnOfTheRepliesNameIsReplaced() {
    Dataset<Row> df = sql("'x'").withColumnRenamed("col", "answer");

    Dataset<Row> replies = ReplyMaking.makeReply(df, "answer", "answer");

    assertThat(replies.columns()).containsExactly("answer");
    assertThat(replies.schema().apply("answer").dataType()).isInstanceOf(StructType.class);
  }

  @Test
  void aColumnThatIsNotThereIsRefusedAtOnce() {
    assertThatThrownBy(() -> ReplyMaking.makeReply(sql("1"), "none", "reply"))
        .hasMessageContaining("none")
        .hasMessageContaining("col");
  }
}
