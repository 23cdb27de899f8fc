package io.sparkserving.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.task.source.RecordStage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class JsonTypesTest {

  private final RecordingRefusal refusals = new RecordingRefusal();

  private Row parsed(String ddl, String body) {
    List<Row> rows =
        new RequestParsing(refusals, RecordStage::new)
            .parse(
                RequestColumns.of(RequestDataset.of(body), "id", "request"),
                StructType.fromDDL(ddl),
                ParsingCheck.FULL)
            .collectAsList();
    assertThat(refusals.sent()).isEmpty();
    return rows.get(0);
  }

  @Test
  void numbersOfEveryKind() {
    Row row =
        parsed(
            "b BYTE, s SHORT, i INT, l LONG, f FLOAT, d DOUBLE, dec DECIMAL(38,18)",
            "{\"b\":127,\"s\":-32768,\"i\":2147483647,\"l\":9223372036854775807,\"f\":1.5,"
                + "\"d\":-1.0e300,\"dec\":12345678901234567890.123456789012345678}");

    assertThat(row.getByte(1)).isEqualTo((byte) 127);
    assertThat(row.getShort(2)).isEqualTo((short) -32768);
    assertThat(row.getInt(3)).isEqualTo(Integer.MAX_VALUE);
    assertThat(row.getLong(4)).isEqualTo(Long.MAX_VALUE);
    assertThat(row.getFloat(5)).isEqualTo(1.5f);
    assertThat(row.getDouble(6)).isEqualTo(-1.0e300);
    assertThat(row.getDecimal(7))
        .isEqualByComparingTo(new BigDecimal("12345678901234567890.123456789012345678"));
  }

  @Test
  void stringsWithEscapesAndAnyLetters() {
    Row row = parsed("s STRING", "{\"s\":\"a\\n\\\"b\\\" \\u00e9 \uD83D\uDE00 \\uD83D\\uDE00\"}");

    assertThat(row.getString(1)).isEqualTo("a\n\"b\" é \uD83D\uDE00 \uD83D\uDE00");
  }

  @Test
  void anyJsonAsAString() {
    Row row = parsed("a STRING, b STRING, c STRING", "{\"a\":1,\"b\":{\"x\":[1]},\"c\":true}");

    assertThat(row.getString(1)).isEqualTo("1");
    assertThat(row.getString(2)).isEqualTo("{\"x\":[1]}");
    assertThat(row.getString(3)).isEqualTo("true");
  }

  @Test
  void booleansDatesAndTimestamps() {
    Row row =
        parsed(
            "b BOOLEAN, d DATE, t TIMESTAMP",
            "{\"b\":false,\"d\":\"2026-02-28\",\"t\":\"2026-02-28T12:30:00.123+02:00\"}");

    assertThat(row.getBoolean(1)).isFalse();
    assertThat(row.<Date>getAs("d")).isEqualTo(Date.valueOf("2026-02-28"));
    assertThat(row.<Timestamp>getAs("t"))
        .isEqualTo(Timestamp.from(Instant.parse("2026-02-28T10:30:00.123Z")));
  }

  @Test
  void binaryIsBase64() {
    Row row = parsed("b BINARY", "{\"b\":\"aGVsbG8=\"}");

    assertThat(row.<byte[]>getAs("b")).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void structsArraysAndMapsWithinEachOther() {
    Row row =
        parsed(
            "s STRUCT<a: INT, n: STRUCT<b: STRING>>, l ARRAY<ARRAY<INT>>,"
                + " m MAP<STRING, STRUCT<x: DOUBLE>>, ls ARRAY<STRUCT<k: STRING>>",
            "{\"s\":{\"a\":1,\"n\":{\"b\":\"x\"}},\"l\":[[1,2],[]],"
                + "\"m\":{\"p\":{\"x\":0.5}},\"ls\":[{\"k\":\"v\"}]}");

    assertThat(row.getStruct(1).getStruct(1).getString(0)).isEqualTo("x");
    assertThat(row.getList(2)).hasSize(2);
    assertThat(row.getJavaMap(3)).containsEntry("p", RowFactory.create(0.5));
    assertThat(row.<Row>getList(4).get(0).getString(0)).isEqualTo("v");
  }

  @Test
  void ofAFieldThatComesTwiceTheLastCounts() {
    assertThat(parsed("a INT", "{\"a\":1,\"a\":2}").getInt(1)).isEqualTo(2);
  }

  @Test
  void aMapKeyThatComesTwiceDoesNotFail() {
    assertThat(parsed("m MAP<STRING, INT>", "{\"m\":{\"a\":1,\"a\":2}}").getJavaMap(1))
        .containsEntry("a", 2);
  }

  @Test
  void fieldsThatTheSchemaDoesNotNameAreLeftOut() {
    Row row = parsed("a INT", "{\"x\":{\"deep\":[1,2,{\"y\":null}]},\"a\":1,\"z\":\"\"}");

    assertThat(row.size()).isEqualTo(2);
    assertThat(row.getInt(1)).isEqualTo(1);
  }
}
