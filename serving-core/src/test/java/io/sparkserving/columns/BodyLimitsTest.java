package io.sparkserving.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.columns.RecordingRefusal.Sent;
import io.sparkserving.task.source.RecordStage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that Spark's parser would read for minutes, or would give up without a word. */
class BodyLimitsTest {
  private static final StructType AMOUNT =
      StructType.fromDDL("amount DECIMAL(10, 2), name STRING, d DOUBLE");
  private static final String TOO_LARGE =
      "The number 'amount' has more than 1,000 digits or an exponent beyond 1,000.";

  private final RecordingRefusal refusals = new RecordingRefusal();

  private List<Row> rows(DataType schema, String check, String... bodies) {
    return new RequestParsing(refusals, RecordStage::new)
        .parse(
            RequestColumns.of(RequestDataset.of(bodies), "id", "request"),
            schema,
            ParsingCheck.of(check))
        .collectAsList();
  }

  // Each took minutes, or an hour.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "-1.5E+999999999",
        "1e-999999999",
        "\"1e999999999\"",
        "'1e999999999'",
        "\"1,0e9,9,9,999999\"",
        "\"1,e,999999999\"",
        "\"\\u0031e999999999\"",
        "\"1\\u0065999999999\"",
        "\"\u0661E\u0669\u0669\u0669\u0669\u0669\u0669\u0669\u0669\u0669\"",
        "1e0000999999999"
      })
  void aDecimalOfALargeExponentIsAnsweredAtOnce(String number) {
    String body = "{\"name\":\"n\",\"amount\":%s,\"d\":1}".formatted(number);

    for (String check : List.of("partial", "types", "full")) {
      assertThat(rows(AMOUNT, check, body)).as(check).isEmpty();
    }
    assertThat(refusals.sent())
        .hasSize(3)
        .allSatisfy(sent -> assertThat(sent.status()).isEqualTo(400))
        .allSatisfy(sent -> assertThat(sent.body()).contains(TOO_LARGE));
    Row row = rows(AMOUNT, "none", body).get(0);
    assertThat(row.isNullAt(1)).isTrue();
    assertThat(row.getString(2)).isEqualTo("n");
    assertThat(row.getDouble(3)).isEqualTo(1.0);
  }

  @Test
  void aDecimalOfMillionsOfDigitsIsAnsweredAtOnce() {
    String digits = "7".repeat(3_000_000);

    assertThat(rows(AMOUNT, "partial", "{\"amount\":\"" + digits + "\"}")).isEmpty();
    assertThat(rows(AMOUNT, "partial", "{\"amount\":" + digits + "}")).isEmpty();
    assertThat(rows(AMOUNT, "partial", "{\"amount\":0." + digits + "}")).isEmpty();
    assertThat(refusals.sent())
        .hasSize(3)
        .allSatisfy(
            sent ->
                assertThat(sent.body())
                    .containsAnyOf(TOO_LARGE, "has a number of more than 1,000 characters"));
    assertThat(rows(AMOUNT, "none", "{\"amount\":\"" + digits + "\"}").get(0).isNullAt(1)).isTrue();
  }

  @Test
  void decimalsAreLimitedWhereverTheSchemaHasThem() {
    StructType schema =
        StructType.fromDDL(
            "list ARRAY<DECIMAL(5,1)>, map MAP<STRING, STRUCT<x: DECIMAL(5,1)>>,"
                + " deep ARRAY<ARRAY<STRUCT<y: DECIMAL(38,18)>>>");

    assertThat(
            rows(
                schema,
                "partial",
                "{\"list\":[1,1e999999999]}",
                "{\"map\":{\"k\":{\"x\":1e999999999}}}",
                "{\"deep\":[[],[{\"y\":1},{\"y\":\"1e999999999\"}]]}"))
        .isEmpty();
    assertThat(
            rows(
                DataTypes.createArrayType(new org.apache.spark.sql.types.DecimalType(5, 1)),
                "partial",
                "[1,1e999999999]"))
        .isEmpty();
    assertThat(refusals.sent())
        .extracting(sent -> sent.body().replaceAll(".*The number '(.*?)' has .*", "$1"))
        .containsExactlyInAnyOrder("list[1]", "map[k].x", "deep[1][1].y", "[1]");
  }

  @Test
  void otherNumbersAndTextsAreReadAsTheyAre() {
    String digits = "7".repeat(2_000);
    String body =
        "{\"name\":\"1e999999999 %s \\u0031\",\"amount\":\"1,234.5\",\"d\":1e999,\"x\":1e9999}"
            .formatted(digits);

    Row row = rows(AMOUNT, "partial", body).get(0);

    assertThat(row.getDecimal(1)).isEqualByComparingTo(new BigDecimal("1234.5"));
    assertThat(row.getString(2)).isEqualTo("1e999999999 " + digits + " 1");
    assertThat(row.getDouble(3)).isInfinite();
    assertThat(
            rows(AMOUNT, "full", "{\"name\":\"\",\"amount\":1.5e3,\"d\":0}").get(0).getDecimal(1))
        .isEqualByComparingTo(new BigDecimal("1500"));
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void inALongBodyTheOtherFieldsAreFoundToo() {
    String text = "ä\\\"\\u00e9".repeat(50_000);
    String body = "{\"name\":\"%s\",\"amount\":\"1e\\u0039999999\",\"d\":2}".formatted(text);

    Row row = rows(AMOUNT, "none", body).get(0);

    assertThat(row.isNullAt(1)).isTrue();
    assertThat(row.getString(2)).isEqualTo("ä\"é".repeat(50_000));
    assertThat(row.getDouble(3)).isEqualTo(2.0);
  }

  @Test
  @Tag("everything")
  void aStringOfAnyLengthComesThroughWhole() {
    String text = "x".repeat(20_000_100);

    Row row = rows(AMOUNT, "partial", "{\"name\":\"" + text + "\",\"d\":1}").get(0);

    assertThat(row.getString(2)).hasSize(text.length());
    assertThat(row.getDouble(3)).isEqualTo(1.0);
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void whatIsBeyondALimitOfTheParserIsAnsweredWithTheLimit() {
    StructType schema = StructType.fromDDL("n LONG, s STRING, d DOUBLE, m MAP<STRING, INT>");
    String digits = "7".repeat(1_001);
    String deep = "[".repeat(1_001) + "]".repeat(1_001);
    String name = "k".repeat(50_001);
    String[] bodies = {
      "{\"n\":" + digits + "}",
      "{\"s\":" + digits + "}",
      "{\"d\":" + digits + ".5}",
      "{\"d\":0." + digits + "}",
      "{\"d\":1e" + digits + "}",
      "{\"s\":" + deep + "}",
      "{\"other\":" + deep + ",\"n\":1}",
      "{\"" + name + "\":1,\"n\":1}",
      "{\"m\":{\"" + name + "\":1},\"n\":1}",
    };

    for (String check : List.of("partial", "types", "full")) {
      assertThat(rows(schema, check, bodies)).as(check).isEmpty();
    }
    assertThat(refusals.sent())
        .hasSize(3 * bodies.length)
        .extracting(Sent::body)
        .allSatisfy(
            body ->
                assertThat(body)
                    .containsAnyOf(
                        "The body has a number of more than 1,000 characters, which",
                        "The body is nested deeper than 1,000 levels, which",
                        "The body has a name of more than 50,000 characters, which"));
    assertThat(rows(schema, "none", bodies)).hasSize(bodies.length);
  }

  @Test
  void limitsHoldInArraysAndMapsAndWithAFieldForWhatIsMalformed() {
    String digits = "7".repeat(1_001);
    DataType array = DataTypes.createArrayType(DataTypes.StringType);
    DataType map = DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType);
    StructType malformed = StructType.fromDDL("a STRING, _corrupt_record STRING");

    assertThat(rows(array, "partial", "[\"a\"," + digits + "]")).isEmpty();
    assertThat(rows(map, "partial", "{\"a\":" + digits + "}")).isEmpty();
    assertThat(rows(malformed, "partial", "{\"a\":" + digits + "}")).isEmpty();
    assertThat(refusals.sent())
        .hasSize(3)
        .allSatisfy(sent -> assertThat(sent.body()).contains("a number of more than 1,000"));
  }

  @Test
  void whatIsWithinTheLimitsIsReadToTheLastCharacter() {
    StructType schema = StructType.fromDDL("s STRING, m MAP<STRING, INT>");
    String name = "k".repeat(50_000);
    String number = "7".repeat(1_000);

    Row row = rows(schema, "full", "{\"s\":" + number + ",\"m\":{\"" + name + "\":1}}").get(0);

    assertThat(row.getString(1)).isEqualTo(number);
    assertThat(row.getJavaMap(2)).containsEntry(name, 1);
    assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSize(50_000);
  }
}
