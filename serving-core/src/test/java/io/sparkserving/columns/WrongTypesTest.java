package io.sparkserving.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.task.source.RecordStage;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check {@code types}: a value of the wrong type is answered, a missing one is not. */
class WrongTypesTest {
  private final RecordingRefusal refusals = new RecordingRefusal();

  private List<Row> rows(DataType schema, String... bodies) {
    return new RequestParsing(refusals, RecordStage::new)
        .parse(
            RequestColumns.of(RequestDataset.of(bodies), "id", "request"),
            schema,
            ParsingCheck.TYPES)
        .collectAsList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "INT | 1.0 | 1.0",
        "INT | \"7\" | \\\"7\\\"",
        "INT | 3000000000 | 3000000000",
        "INT | true | true",
        "INT | {} | an object",
        "INT | [1] | an array",
        "INT | \"\" | \\\"\\\"",
        "INT | 1e3 | 1e3",
        "TINYINT | 256 | 256",
        "SMALLINT | -32769 | -32769",
        "BIGINT | 9223372036854775808 | 9223372036854775808",
        "BIGINT | 1.5 | 1.5",
        "BOOLEAN | 1 | 1",
        "BOOLEAN | \"true\" | \\\"true\\\"",
        "DOUBLE | \"1.5\" | \\\"1.5\\\"",
        "FLOAT | false | false",
        "DECIMAL(5,2) | 12345.6 | 12345.6",
        "DECIMAL(5,2) | \"x\" | \\\"x\\\"",
        "DECIMAL(5,2) | true | true",
        "DATE | 5 | 5",
        "DATE | \"yesterday\" | \\\"yesterday\\\"",
        "TIMESTAMP | \"noon\" | \\\"noon\\\"",
        "TIMESTAMP | true | true",
        "BINARY | 1 | 1",
        "BINARY | \"?\" | \\\"?\\\"",
        "STRUCT<x: INT> | 1 | 1",
        "ARRAY<INT> | {} | an object",
        "MAP<STRING, INT> | [] | an array"
      })
  void aValueOfAnotherTypeIsAnswered(String type, String value, String met) {
    StructType schema = StructType.fromDDL("v " + type + ", other INT");
    String expected = schema.apply("v").dataType().simpleString();

    assertThat(rows(schema, "{\"other\":1,\"v\":" + value + "}")).isEmpty();
    assertThat(refusals.sent()).hasSize(1);
    assertThat(refusals.sent().get(0).status()).isEqualTo(400);
    assertThat(refusals.sent().get(0).body())
        .contains("Missing, or of another type: 'v' is " + met + ", expected " + expected + ".");
  }

  @Test
  void missingAndNullFieldsPass() {
    StructType schema =
        StructType.fromDDL(
            "i INT, b BOOLEAN, d DOUBLE, s STRUCT<x: INT, y: INT>, l ARRAY<INT>,"
                + " m MAP<STRING, INT>, t TIMESTAMP, c DECIMAL(5,2)");

    assertThat(
            rows(
                schema,
                "{}",
                "{\"i\":null,\"s\":null,\"l\":null,\"m\":null,\"c\":null}",
                "{\"s\":{},\"l\":[null],\"m\":{\"a\":null}}",
                "{\"i\":1,\"b\":true,\"d\":1,\"s\":{\"x\":1},\"l\":[],\"m\":{},\"t\":5,\"c\":\"1\"}",
                "{\"d\":\"NaN\",\"unknown\":{\"i\":\"x\"}}"))
        .hasSize(5);
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void stringsTakeAnyJsonAsEver() {
    assertThat(rows(StructType.fromDDL("s STRING"), "{\"s\":1}", "{\"s\":{\"a\":[]}}")).hasSize(2);
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void wrongTypesAreFoundToAnyDepthAndNamed() {
    StructType schema =
        StructType.fromDDL(
            "s STRUCT<x: INT>, l ARRAY<INT>, ls ARRAY<STRUCT<k: BOOLEAN>>, m MAP<STRING, INT>");

    assertThat(
            rows(
                schema,
                "{\"s\":{\"x\":\"7\"}}",
                "{\"l\":[1,2.5]}",
                "{\"ls\":[{\"k\":true},{\"k\":1}]}",
                "{\"m\":{\"a\":1,\"b\":\"1\"}}"))
        .isEmpty();
    assertThat(refusals.sent())
        .extracting(sent -> sent.body().replaceAll(".*another type: '(.*?)' is .*", "$1"))
        .containsExactlyInAnyOrder("s.x", "l[1]", "ls[1].k", "m[b]");
  }

  @Test
  void arraysAndMapsAtTheRootAreChecked() {
    DataType array = DataTypes.createArrayType(StructType.fromDDL("a INT"));
    DataType map = DataTypes.createMapType(DataTypes.StringType, DataTypes.IntegerType);

    assertThat(rows(array, "[{\"a\":1},{}]", "[{\"a\":\"1\"}]", "[1]")).hasSize(1);
    assertThat(rows(map, "{\"a\":1,\"b\":null}", "{\"a\":1.5}")).hasSize(1);
    assertThat(refusals.sent()).hasSize(3);
  }

  @Test
  void whatIsMalformedIsAnsweredThoughTheSchemaHasAFieldForIt() {
    StructType schema = StructType.fromDDL("a INT, _corrupt_record STRING");

    assertThat(rows(schema, "{\"a\":1}", "{\"a\":\"1\"}")).hasSize(1);
    assertThat(refusals.sent()).hasSize(1);
  }

  @Test
  void whatIsNoObjectIsAnsweredAsEver() {
    assertThat(rows(StructType.fromDDL("a INT"), "[]", "{\"a\":1} x", "null", "")).isEmpty();
    assertThat(refusals.sent())
        .hasSize(4)
        .allSatisfy(sent -> assertThat(sent.body()).contains("The body is not a JSON object."));
  }

  @Test
  void theAnswerIsBounded() {
    StringBuilder body = new StringBuilder("{\"m\":{\"a\":0");
    for (int i = 0; i < 1_000; i++) {
      body.append(",\"").append("k".repeat(1_000)).append(i).append("\":\"");
      body.append("v".repeat(1_000)).append('"');
    }

    assertThat(rows(StructType.fromDDL("m MAP<STRING, INT>"), body + "}}")).isEmpty();
    assertThat(refusals.sent().get(0).body().length()).isLessThan(1_500);
  }
}
