package io.sparkserving.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.columns.RecordingRefusal.Sent;
import io.sparkserving.exchange.ReplyPlace;
import io.sparkserving.schema.ServingSchemas;
import io.sparkserving.schema.SourceNotes;
import io.sparkserving.task.source.RecordStage;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of many records, by Spark's own way to make rows of them, and by that of this library. */
class RecordParsingTest {
  private static final StructType FOO_BAR = StructType.fromDDL("foo STRING, bar INT");
  private static final ManyRecords THREE = new ManyRecords(3, false);
  private static final ManyRecords THREE_IN_PLACE = new ManyRecords(3, true);

  private final RecordingRefusal refusals = new RecordingRefusal();

  private List<Row> rows(boolean mapsOnly, ManyRecords many, String check, String... bodies) {
    Dataset<Row> requests = RequestDataset.of(bodies);
    StructType noted = new SourceNotes(mapsOnly, "", "").on(requests.schema(), "request");
    requests = requests.sparkSession().createDataFrame(requests.collectAsList(), noted);
    return new RequestParsing(refusals, RecordStage::new)
        .parse(requests, FOO_BAR, "id", "request", check, many)
        .collectAsList();
  }

  private static List<String> ids(List<Row> rows) {
    return rows.stream().map(row -> row.getStruct(0).getString(1)).toList();
  }

  private static List<@Nullable Object> column(List<Row> rows, int index) {
    return rows.stream().map(row -> row.isNullAt(index) ? "null" : row.get(index)).toList();
  }

  private String detail() throws JsonProcessingException {
    assertThat(refusals.sent()).hasSize(1);
    Sent sent = refusals.sent().get(0);
    assertThat(sent.status()).isEqualTo(400);
    return new ObjectMapper().readTree(sent.body()).get("detail").textValue();
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void eachRecordBecomesARowWithAnIdOfItsOwn(boolean mapsOnly, boolean inPlace) {
    List<Row> rows =
        rows(
            mapsOnly,
            inPlace ? THREE_IN_PLACE : THREE,
            "full",
            " [ {\"foo\":\"a [,] b\",\"bar\":1} , {\"bar\":2,\"foo\":\"ü\"}]",
            "{\"foo\":\"alone\",\"bar\":3}",
            "[{\"foo\":\"in array\",\"bar\":4}]");
    assertThat(column(rows, 1)).containsExactly("a [,] b", "ü", "alone", "in array");
    assertThat(column(rows, 2)).containsExactly(1, 2, 3, 4);
    assertThat(ids(rows).stream().map(ReplyPlace::parse).toList())
        .containsExactly(
            new ReplyPlace(0, 0, 2, inPlace),
            new ReplyPlace(0, 1, 2, inPlace),
            ReplyPlace.of(1),
            new ReplyPlace(2, 0, 1, inPlace));
    assertThat(rows.get(0).getStruct(0).getString(0)).isEqualTo("service");
    assertThat(rows.get(0).getStruct(0).getInt(2)).isZero();
    assertThat(
            ServingSchemas.sameType(rows.get(0).schema().apply("id").dataType(), ServingSchemas.ID))
        .isTrue();
    assertThat(refusals.sent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneBadRecordHasAllRefusedAndIsNamed(boolean mapsOnly) throws JsonProcessingException {
    String good = "{\"foo\":\"a\",\"bar\":1}";
    assertThat(rows(mapsOnly, THREE, "types", "[" + good + ",{\"bar\":\"x\"}]")).isEmpty();
    assertThat(detail()).contains("'[1].bar' is \"x\", expected int");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "full|[{'foo':'a','bar':1},{'foo':'b'}]|record 1: bar",
        "full|[{'foo':'a','bar':1},null]|Record 1 is not a JSON object.",
        "partial|[{'foo':'a'},{'foo':'b'},7]|Record 2 is not a JSON object.",
        "partial|[]|The body has no records.",
        "partial|[{},{},{},{}]|The body has 4 records; 3 are read at most.",
        "partial|[{},{}|The body is not a JSON array.",
        "partial|7|The body is not a JSON array.",
        "types|[{},{}] []|The body is not a JSON array."
      })
  void whatIsWrongIsSaid(String check, String body, String said) throws JsonProcessingException {
    assertThat(rows(false, THREE, check, body.replace('\'', '"'))).isEmpty();
    assertThat(detail()).contains(said);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBadRecordIsRefusedInItsPlace(boolean mapsOnly) {
    List<Row> rows =
        rows(
            mapsOnly,
            THREE_IN_PLACE,
            "types",
            "[{\"bar\":1},{\"bar\":\"x\"},7]",
            "[]",
            "{\"bar\":5}");
    assertThat(column(rows, 2)).containsExactly(1, 5);
    assertThat(refusals.sent().stream().map(Sent::requestId).toList())
        .containsExactlyInAnyOrder("0-1-3e", "0-2-3e", "1");
    assertThat(Objects.toString(refusals.sent())).contains("'bar' is \\\"x\\\", expected int");
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void withoutACheckWhatCannotBeReadIsNull(boolean mapsOnly, boolean inPlace) {
    ManyRecords many = inPlace ? THREE_IN_PLACE : THREE;
    List<Row> rows = rows(mapsOnly, many, "none", "[{\"bar\":1},null]", "[", "[]");
    assertThat(ids(rows).stream().map(id -> id.replace("e", "")).toList())
        .containsExactly("0-0-2", "0-1-2", "1", "2");
    assertThat(column(rows, 2)).containsExactly(1, "null", "null", "null");
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void onlyStructsAreRecords() {
    assertThatThrownBy(
            () ->
                new RequestParsing(refusals, RecordStage::new)
                    .parse(
                        RequestDataset.of("{}"),
                        DataTypes.StringType,
                        "id",
                        "request",
                        "full",
                        THREE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("records are JSON objects");
  }
}
