package io.sparkserving.columns;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.columns.RecordingRefusal.Sent;
import io.sparkserving.task.source.RecordStage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParsingTest {

  private static final StructType FOO_BAR = StructType.fromDDL("foo STRING, bar INT");
  private static final StructType NESTED =
      StructType.fromDDL(
          "name STRING, at STRUCT<x: INT, y: INT>, items ARRAY<STRUCT<k: STRING>>,"
              + " tags MAP<STRING, INT>");

  private final RecordingRefusal refusals = new RecordingRefusal();

  private Dataset<Row> parsed(Dataset<Row> df, DataType schema, String check) {
    return new RequestParsing(refusals, RecordStage::new)
        .parse(RequestColumns.of(df, "id", "request"), schema, ParsingCheck.of(check));
  }

  private List<Row> rows(DataType schema, String check, @Nullable String... bodies) {
    return parsed(RequestDataset.of(bodies), schema, check).collectAsList();
  }

  @Test
  void aStructsFieldsBecomeColumnsAfterTheId() {
    Dataset<Row> parsed =
        parsed(RequestDataset.of("{\"foo\":\"hello\",\"bar\":1}"), FOO_BAR, "partial");

    assertThat(parsed.columns()).containsExactly("id", "foo", "bar");
    Row row = parsed.collectAsList().get(0);
    assertThat(row.getStruct(0).getString(1)).isEqualTo("0");
    assertThat(row.getString(1)).isEqualTo("hello");
    assertThat(row.getInt(2)).isEqualTo(1);
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void columnsOfTheRequestRowsAreStillKnownAfterwards() {
    Dataset<Row> raw = RequestDataset.of("{\"foo\":\"hello\"}");

    Row row = parsed(raw, FOO_BAR, "partial").select(raw.col("id"), col("foo")).first();

    assertThat(row.getStruct(0).getString(1)).isEqualTo("0");
    assertThat(row.getString(1)).isEqualTo("hello");
  }

  @Test
  void everyColumnButTheRequestIsKeptInItsOrder() {
    Dataset<Row> df =
        RequestDataset.of("{}")
            .withColumn("timestamp", current_timestamp())
            .select(col("timestamp"), col("request"), col("id"), col("timestamp").as("odd.`name"));

    assertThat(parsed(df, FOO_BAR, "none").columns())
        .containsExactly("timestamp", "id", "odd.`name", "foo", "bar");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "null",
        "1",
        "\"text\"",
        "true",
        "garbage",
        "[]",
        "[{\"foo\":\"a\"}]",
        "{",
        "{\"foo\":",
        "{\"foo\":\"a\"",
        "{\"foo\":\"a}",
        "{\"foo\":\"}\"",
        "{\"foo\":\"}\"}}",
        "{\"foo\":\"a\"} trailing",
        "{\"foo\":\"a\"}}",
        "{\"foo\":\"a\"}]",
        "{\"foo\":\"a\"}{\"foo\":\"b\"}",
        "{\"foo\":\"a\"},{\"foo\":\"b\"}",
        "{foo:\"a\"}",
        "<foo>a</foo>",
        "foo=a&bar=1"
      })
  void aBodyThatIsNoJsonObjectIsAnsweredAndDropped(String body) {
    assertThat(rows(FOO_BAR, "partial", body)).isEmpty();
    assertThat(rows(FOO_BAR, "full", body)).isEmpty();
    assertThat(refusals.sent()).hasSize(2).allMatch(sent -> sent.status() == 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "1", "garbage", "[]", "{", "{\"foo\":"})
  void withoutACheckWhatIsNoJsonObjectGivesNulls(String body) {
    Row row = rows(FOO_BAR, "none", body).get(0);

    assertThat(row.isNullAt(1)).isTrue();
    assertThat(row.isNullAt(2)).isTrue();
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void aRequestWithoutABodyIsBadOnlyWhereThereIsACheck() {
    assertThat(rows(FOO_BAR, "partial", (String) null)).isEmpty();
    assertThat(rows(FOO_BAR, "full", (String) null)).isEmpty();
    assertThat(rows(FOO_BAR, "none", (String) null)).hasSize(1);
    assertThat(refusals.sent())
        .extracting(Sent::body)
        .hasSize(2)
        .allMatch(body -> body.contains("The request has no body."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"other\":1}",
        "{\"foo\":null,\"bar\":null}",
        "{\"bar\":\"not a number\"}",
        "{\"bar\":{\"deeper\":[1,{}]}}",
        " \r\n\t{\"bar\":null}\n ",
        "\uFEFF{}"
      })
  void partialTakesAnyObjectAndFullAsksForEveryField(String body) {
    Row row = rows(FOO_BAR, "partial", body).get(0);
    assertThat(row.isNullAt(1)).isTrue();
    assertThat(row.isNullAt(2)).isTrue();
    assertThat(refusals.sent()).isEmpty();

    assertThat(rows(FOO_BAR, "full", body)).isEmpty();
    assertThat(refusals.sent()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"foo\":\"}\"}", "{\"foo\":\"}\",\"other\":{\"deeper\":{}}}"})
  void bracesWithinABodyAreNotItsEnd(String body) {
    assertThat(rows(FOO_BAR, "partial", body).get(0).getString(1)).isEqualTo("}");
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void aFieldForWhatIsMalformedIsSparksToFill() {
    StructType schema = FOO_BAR.add("_corrupt_record", DataTypes.StringType);
    String body = "{\"bar\":\"not a number\"}";

    assertThat(rows(schema, "partial", body).get(0).getString(3)).isEqualTo(body);
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void aBadFieldLeavesTheOthersAsTheyAre() {
    Row row = rows(FOO_BAR, "partial", "{\"bar\":\"x\",\"foo\":\"hello\"}").get(0);

    assertThat(row.getString(1)).isEqualTo("hello");
    assertThat(row.isNullAt(2)).isTrue();
  }

  @Test
  void fullNamesWhatIsMissingToAnyDepth() {
    assertThat(
            rows(
                NESTED,
                "full",
                "{\"name\":\"n\",\"at\":{\"x\":1,\"y\":2},\"items\":[{\"k\":\"a\"}],\"tags\":{\"t\":1}}",
                "{\"name\":\"n\",\"at\":{\"x\":1,\"y\":2},\"items\":[],\"tags\":{}}"))
        .hasSize(2);
    assertThat(refusals.sent()).isEmpty();

    assertThat(
            rows(
                NESTED,
                "full",
                "{\"at\":{\"x\":1},\"items\":[{\"k\":\"a\"},{}],\"tags\":{\"t\":null}}"))
        .isEmpty();
    assertThat(detail(refusals.sent().get(0)))
        .contains("Missing, or of another type: name, at.y, items[*], tags[*].");
  }

  @Test
  void fullNamesAStructThatIsMissingAndNotItsFields() {
    assertThat(rows(NESTED, "full", "{\"name\":\"n\",\"items\":[],\"tags\":{}}")).isEmpty();
    assertThat(detail(refusals.sent().get(0))).contains("another type: at.");
  }

  @Test
  void fullLooksIntoArraysAndMapsWithinEachOther() {
    StructType schema =
        StructType.fromDDL("m MAP<STRING, ARRAY<STRUCT<deep: MAP<STRING, ARRAY<INT>>>>>");

    assertThat(rows(schema, "full", "{\"m\":{\"a\":[{\"deep\":{\"b\":[1,2]}}]}}")).hasSize(1);
    assertThat(rows(schema, "full", "{\"m\":{\"a\":[{\"deep\":{\"b\":[1,null]}}]}}")).isEmpty();
    assertThat(detail(refusals.sent().get(0))).contains("another type: m[*].");
  }

  @Test
  void fullChecksArraysAndMapsAtTheRoot() {
    DataType array = DataTypes.createArrayType(StructType.fromDDL("a INT"));
    DataType map = DataTypes.createMapType(DataTypes.StringType, DataTypes.IntegerType);

    assertThat(rows(array, "full", "[{\"a\":1},{\"a\":2}]", "[{\"a\":1},{}]")).hasSize(1);
    assertThat(rows(map, "full", "{\"a\":1}", "{\"a\":null}")).hasSize(1);
    assertThat(refusals.sent()).extracting(Sent::requestId).containsExactly("1", "1");
  }

  @Test
  void fieldNamesWithAnySignsInThemAreRead() {
    StructType schema =
        new StructType()
            .add("a.b", DataTypes.IntegerType)
            .add("it's `odd` \\", new StructType().add("\"q\"", DataTypes.IntegerType));
    String body = "{\"a.b\":1,\"it's `odd` \\\\\":{\"\\\"q\\\"\":2}}";

    Row row = rows(schema, "full", body).get(0);
    assertThat(row.getInt(1)).isEqualTo(1);
    assertThat(row.getStruct(2).getInt(0)).isEqualTo(2);

    assertThat(rows(schema, "full", "{\"a.b\":1,\"it's `odd` \\\\\":{}}")).isEmpty();
    assertThat(detail(refusals.sent().get(0))).contains("another type: it's `odd` \\.\"q\".");
  }

  @Test
  void aTopLevelArrayIsOneColumn() {
    DataType schema = DataTypes.createArrayType(FOO_BAR);
    Dataset<Row> parsed =
        parsed(RequestDataset.of("[{\"foo\":\"a\"},{\"bar\":2}]"), schema, "partial");

    assertThat(parsed.columns()).containsExactly("id", "value");
    List<Row> value = parsed.collectAsList().get(0).getList(1);
    assertThat(value.get(0).getString(0)).isEqualTo("a");
    assertThat(value.get(1).getInt(1)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "1", "null", "", "[", "[1", "[1]]", "[1] x", "[1],[2]"})
  void whatIsNoArrayIsBadWhereOneIsExpected(String body) {
    assertThat(rows(DataTypes.createArrayType(DataTypes.IntegerType), "partial", body)).isEmpty();
    assertThat(detail(refusals.sent().get(0)))
        .startsWith("Expected a JSON array of ARRAY<INT>. The body is not a JSON array.");
  }

  @Test
  void aTopLevelMapIsOneColumn() {
    DataType schema = DataTypes.createMapType(DataTypes.StringType, DataTypes.IntegerType);

    Row row = rows(schema, "partial", "{\"a\":1,\"b\":2}", "[1]").get(0);

    assertThat(row.<String, Integer>getJavaMap(1)).containsEntry("a", 1).containsEntry("b", 2);
    assertThat(refusals.sent()).extracting(Sent::requestId).containsExactly("1");
  }

  @Test
  void aStringSchemaTakesAnyText() {
    Dataset<Row> parsed =
        parsed(RequestDataset.of("text", "", null, "{\"a\":1}"), DataTypes.StringType, "full");

    assertThat(parsed.columns()).containsExactly("id", "value");
    assertThat(parsed.collectAsList())
        .extracting(row -> row.getString(1))
        .containsExactly("text", "", null, "{\"a\":1}");
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void aBinarySchemaTakesTheBytes() {
    byte[] bytes = {0, (byte) 0xff, (byte) 0xc3, 1};
    Dataset<Row> parsed = parsed(RequestDataset.of(bytes, null), DataTypes.BinaryType, "full");

    assertThat(parsed.columns()).containsExactly("id", "bytes");
    assertThat(parsed.collectAsList().get(0).<byte[]>getAs("bytes")).isEqualTo(bytes);
    assertThat(rows(DataTypes.BinaryType, "full", (String) null).get(0).isNullAt(1)).isTrue();
    assertThat(refusals.sent()).isEmpty();
  }

  @Test
  void theAnswerSaysWhatWasExpectedWhatIsWrongAndWhatCame() throws Exception {
    rows(FOO_BAR, "partial", "{}", "no \"JSON\"");

    Sent sent = refusals.sent().get(0);
    assertThat(sent.requestId()).isEqualTo("1");
    assertThat(sent.contentType()).isEqualTo("application/problem+json");
    JsonNode problem = new ObjectMapper().readTree(sent.body());
    assertThat(problem.fieldNames())
        .toIterable()
        .containsExactly("type", "title", "status", "detail");
    assertThat(problem.get("type").asText()).isEqualTo("about:blank");
    assertThat(problem.get("title").asText()).isEqualTo("Bad Request");
    assertThat(problem.get("status").isInt()).isTrue();
    assertThat(problem.get("status").asInt()).isEqualTo(400);
    assertThat(problem.get("detail").asText())
        .isEqualTo(
            "Expected a JSON object of foo STRING,bar INT. The body is not a JSON object."
                + " The body starts with: no \"JSON\"");
  }

  @Test
  void theAnswerIsBoundedWhateverTheSchemaAndTheBody() {
    StructType wide = new StructType();
    for (int i = 0; i < 100; i++) {
      wide = wide.add("a_long_name_of_a_field_" + i, DataTypes.StringType);
    }

    rows(wide, "full", "x".repeat(1 << 20));
    rows(wide, "full", "{\"a\":\"" + "x".repeat(1 << 20) + "\"}");

    assertThat(refusals.sent())
        .extracting(RequestParsingTest::detail)
        .hasSize(2)
        .allSatisfy(detail -> assertThat(detail.length()).isLessThan(1500));
    assertThat(detail(refusals.sent().get(0))).endsWith(" " + "x".repeat(200));
  }

  @Test
  void invalidUtf8IsReadWithReplacementsAndNeverFails() {
    byte[] object = "{\"foo\":\"a?b\"}".getBytes(StandardCharsets.UTF_8);
    object[9] = (byte) 0xff;
    byte[] garbage = {(byte) 0xff, (byte) 0xfe, (byte) 0xc3, '{', (byte) 0xe2, (byte) 0x82};
    Dataset<Row> df = new RequestDataset().add(object, null).add(garbage, null).toDataset();

    assertThat(parsed(df, FOO_BAR, "partial").collectAsList())
        .extracting(row -> row.getString(1))
        .containsExactly("a\uFFFDb");
    assertThat(refusals.sent()).extracting(Sent::requestId).containsExactly("1");
    assertThat(parsed(df, FOO_BAR, "none").collectAsList()).hasSize(2);
    assertThat(parsed(df, DataTypes.StringType, "full").collectAsList())
        .extracting(row -> row.getString(1))
        .contains("{\"foo\":\"a\uFFFDb\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "{\"foo\":"})
  void deepNestingIsAnsweredAndDoesNotOverflowTheStack(String opening) {
    assertThat(rows(FOO_BAR, "partial", opening.repeat(100_000))).isEmpty();
    assertThat(rows(FOO_BAR, "none", opening.repeat(100_000))).hasSize(1);
    assertThat(refusals.sent()).hasSize(1);
  }

  @Test
  void deepNestingThatIsClosedIsAnsweredToo() {
    String deep = "{\"foo\":".repeat(100_000) + "1" + "}".repeat(100_000);

    assertThat(rows(FOO_BAR, "partial", deep)).isEmpty();
    assertThat(refusals.sent()).hasSize(1);
  }

  @Test
  void aStringOfOneMebibyteComesThroughWhole() {
    String text = "ä".repeat(1 << 19);

    Row row = rows(FOO_BAR, "full", "{\"foo\":\"" + text + "\",\"bar\":1}").get(0);

    assertThat(row.getString(1)).isEqualTo(text);
  }

  @Test
  void anUnsupportedCharsetIsAnsweredOrGivesNulls() {
    Dataset<Row> df =
        RequestDataset.of(
            "{\"foo\":\"a\"}".getBytes(StandardCharsets.UTF_8), "text/plain; charset=KOI8-R");

    for (DataType schema : List.of(FOO_BAR, DataTypes.StringType)) {
      assertThat(parsed(df, schema, "partial").collectAsList()).isEmpty();
      assertThat(parsed(df, schema, "full").collectAsList()).isEmpty();
      assertThat(parsed(df, schema, "none").collectAsList().get(0).isNullAt(1)).isTrue();
    }
    assertThat(refusals.sent())
        .extracting(RequestParsingTest::detail)
        .hasSize(4)
        .allMatch(detail -> detail.contains("Unsupported charset 'koi8-r'."));
  }

  @Test
  void jsonIsReadInTheCharsetThatTheContentTypeNames() {
    byte[] body = "{\"foo\":\"žluť\",\"bar\":1}".getBytes(StandardCharsets.UTF_16);

    Row row =
        parsed(RequestDataset.of(body, "application/json; charset=utf-16"), FOO_BAR, "full")
            .collectAsList()
            .get(0);

    assertThat(row.getString(1)).isEqualTo("žluť");
  }

  @Test
  void idAndRequestMayHaveOtherNames() {
    Dataset<Row> df =
        RequestDataset.of("{\"id\":\"mine\"}", "x")
            .withColumnRenamed("id", "my.id")
            .withColumnRenamed("request", "my request");

    Dataset<Row> parsed =
        new RequestParsing(refusals, RecordStage::new)
            .parse(
                RequestColumns.of(df, "my.id", "My Request"),
                StructType.fromDDL("id STRING"),
                ParsingCheck.PARTIAL);

    assertThat(parsed.columns()).containsExactly("my.id", "id");
    assertThat(parsed.collectAsList().get(0).getString(1)).isEqualTo("mine");
    assertThat(refusals.sent()).extracting(Sent::requestId).containsExactly("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"id STRING", "ID INT", "a INT, A INT"})
  void aSchemaWithANameThatIsTakenIsRefused(String ddl) {
    assertThatThrownBy(
            () ->
                new RequestParsing(refusals, RecordStage::new)
                    .parse(RequestDataset.of("{}"), StructType.fromDDL(ddl)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid schema: its field '")
        .hasMessageContaining("withColumnRenamed")
        .hasMessageContaining("idCol");
  }

  @Test
  void namesThatDifferInCaseAreTwoWhereSparkTellsCasesApart() {
    var conf = LocalSpark.session().conf();
    conf.set("spark.sql.caseSensitive", true);
    try {
      StructType schema = StructType.fromDDL("ID INT, Request INT");
      Row row = rows(schema, "full", "{\"ID\":1,\"Request\":2}").get(0);
      assertThat(row.getInt(1)).isEqualTo(1);
      assertThat(row.getInt(2)).isEqualTo(2);
    } finally {
      conf.unset("spark.sql.caseSensitive");
    }
  }

  @Test
  void aFieldMayHaveTheNameOfTheRequestColumn() {
    assertThat(rows(StructType.fromDDL("request INT"), "full", "{\"request\":7}").get(0).getInt(1))
        .isEqualTo(7);
  }

  @Test
  void aColumnThatIsMissingOrOfAnotherTypeIsRefused() {
    Dataset<Row> df = RequestDataset.of("{}").withColumn("text", col("id.requestId"));

    assertThatThrownBy(
            () ->
                new RequestParsing(refusals, RecordStage::new)
                    .parse(df, FOO_BAR, "no_id", "request", "partial"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Missing column 'no_id', named by idCol: the columns are id, request, text.");
    assertThatThrownBy(
            () ->
                new RequestParsing(refusals, RecordStage::new)
                    .parse(df, FOO_BAR, "id", "text", "partial"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid column 'text', named by requestCol: its type is string,")
        .hasMessageContaining("expected struct<requestLine:");
    assertThatThrownBy(
            () -> new RequestParsing(refusals, RecordStage::new).parse(df.drop("request"), FOO_BAR))
        .hasMessageStartingWith("Missing column 'request', named by requestCol");
  }

  @Test
  void aSchemaThatIsNoBodysTypeIsRefused() {
    assertThatThrownBy(
            () ->
                new RequestParsing(refusals, RecordStage::new)
                    .parse(RequestDataset.of("1"), DataTypes.IntegerType))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Unsupported schema int: expected a struct, an array or a map");
  }

  @Test
  void theCheckIsNamedInAnyCase() {
    assertThat(rows(FOO_BAR, "FULL", "{}")).isEmpty();
    assertThat(rows(FOO_BAR, "None", "x")).hasSize(1);
    assertThatThrownBy(
            () ->
                new RequestParsing(refusals, RecordStage::new)
                    .parse(RequestDataset.of("{}"), FOO_BAR, "id", "request", "most"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid parsingCheck 'most': expected none, partial, types or full.");
  }

  private static String detail(Sent sent) {
    try {
      return new ObjectMapper().readTree(sent.body()).get("detail").asText();
    } catch (JsonProcessingException e) {
      throw new AssertionError(sent.body(), e);
    }
  }
}
