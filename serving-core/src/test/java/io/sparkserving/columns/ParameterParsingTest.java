package io.sparkserving.columns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.schema.SourceNotes;
import io.sparkserving.task.source.RecordStage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What requests say beside a body of JSON. */
class ParameterParsingTest {
  private static final StructType TYPES =
      StructType.fromDDL(
          "foo STRING, bar INT, tags ARRAY<STRING>, ratio DOUBLE, yes BOOLEAN, day DATE,"
              + " at TIMESTAMP, price DECIMAL(5, 2), bytes BINARY, nested STRUCT<x: INT>");
  private static final String FORM = "application/x-www-form-urlencoded";

  private final RecordingRefusal refusals = new RecordingRefusal();

  private List<Row> rows(StructType schema, String check, String path, RequestDataset requests) {
    return new RequestParsing(refusals, RecordStage::new)
        .parse(noted(requests, path), schema, "id", "request", check)
        .collectAsList();
  }

  private static Dataset<Row> noted(RequestDataset requests, String path) {
    Dataset<Row> plain = requests.toDataset();
    StructType noted = new SourceNotes(false, path, "").on(plain.schema(), "request");
    return plain.sparkSession().createDataFrame(plain.collectAsList(), noted);
  }

  private Row row(String uri, @Nullable String body, @Nullable String contentType) {
    RequestDataset requests =
        new RequestDataset().add("POST", uri, body == null ? null : bytes(body), contentType);
    List<Row> rows = rows(TYPES, "types", "", requests);
    assertThat(refusals.sent()).isEmpty();
    return rows.get(0);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String detail() throws IOException {
    assertThat(refusals.sent()).hasSize(1);
    assertThat(refusals.sent().get(0).status()).isEqualTo(400);
    return new ObjectMapper().readTree(refusals.sent().get(0).body()).get("detail").textValue();
  }

  @Test
  void aQueryStringFillsFieldsOfEveryPlainType() {
    Row row =
        row(
            "/api?foo=a%20b%2Bc+%C3%BC&bar=-7&tags=x&tags=y,z&ratio=.5&yes=TRUE&day=2026-11-30"
                + "&at=2026-11-30T10:20:30Z&price=12.5&bytes=AQID&unknown=1",
            null, null);
    assertThat(row.<String>getAs("foo")).isEqualTo("a b+c ü");
    assertThat(row.<Integer>getAs("bar")).isEqualTo(-7);
    assertThat(row.<String>getList(row.fieldIndex("tags"))).containsExactly("x", "y,z");
    assertThat(row.<Double>getAs("ratio")).isEqualTo(0.5);
    assertThat(row.<Boolean>getAs("yes")).isTrue();
    assertThat(row.<Object>getAs("day")).hasToString("2026-11-30");
    assertThat(row.getTimestamp(row.fieldIndex("at")).toInstant())
        .hasToString("2026-11-30T10:20:30Z");
    assertThat(row.getDecimal(row.fieldIndex("price"))).isEqualByComparingTo("12.50");
    assertThat(row.<byte[]>getAs("bytes")).containsExactly(1, 2, 3);
  }

  @Test
  void theBodyGoesBeforeTheQueryAndThatBeforeTheForm() {
    Row row = row("/api?foo=query&bar=1", " {\"foo\":\"body\",\"nested\":{\"x\":3}}", null);
    assertThat(row.<String>getAs("foo")).isEqualTo("body");
    assertThat(row.<Integer>getAs("bar")).isEqualTo(1);
    assertThat(row.<Row>getAs("nested").getInt(0)).isEqualTo(3);
    row = row("/api?foo=query", "foo=form&bar=2&tags=a&tags=b", FORM + "; charset=utf-8");
    assertThat(row.<String>getAs("foo")).isEqualTo("query");
    assertThat(row.<Integer>getAs("bar")).isEqualTo(2);
    assertThat(row.<String>getList(row.fieldIndex("tags"))).containsExactly("a", "b");
    assertThat(row("/api?bar=", "{}", null).isNullAt(2)).isTrue();
  }

  @Test
  void jsonThatCurlCallsAFormIsJson() {
    assertThat(row("/api", "{\"foo\":\"a=b&bar=7\"}", FORM).<String>getAs("foo"))
        .isEqualTo("a=b&bar=7");
  }

  @Test
  void pathParametersFillFields() {
    RequestDataset requests =
        new RequestDataset()
            .add("GET", "/v1/users/a%2Fb+c/score?foo=query&bar=1", null, null)
            .add("POST", "/v1/users/me/score/below", bytes("{\"bar\":2}"), null);
    List<Row> rows = rows(TYPES, "types", "v1/users/{foo}/score", requests);
    assertThat(rows.get(0).<String>getAs("foo")).isEqualTo("a/b+c");
    assertThat(rows.get(0).<Integer>getAs("bar")).isEqualTo(1);
    assertThat(rows.get(1).<String>getAs("foo")).isEqualTo("me");
    assertThat(rows.get(1).<Integer>getAs("bar")).isEqualTo(2);
  }

  @Test
  void aFieldOfAHeaderIsFilledByItAlone() throws IOException {
    StructType schema =
        new StructType()
            .add("foo", DataTypes.StringType)
            .add(
                "user",
                DataTypes.LongType,
                true,
                new MetadataBuilder().putString("header", "X-User").build());
    RequestDataset requests =
        new RequestDataset()
            .add("POST", "/api", bytes("{\"foo\":\"a\",\"user\":1}"), null, "x-user", "42")
            .add("POST", "/api?user=3", bytes("{\"foo\":\"b\",\"user\":1}"), null)
            .add("POST", "/api", bytes("{}"), null, "X-User", "me");
    List<Row> rows = rows(schema, "partial", "", requests);
    assertThat(rows.get(0).<Long>getAs("user")).isEqualTo(42L);
    assertThat(rows.get(1).isNullAt(2)).isTrue();
    assertThat(detail()).contains("The header 'X-User' is \"me\", expected bigint.");
  }

  @Test
  void partsOfAFormFillFieldsAndFilesAreBinary() {
    String body =
        "--b\r\nContent-Disposition: form-data; name=\"foo\"\r\n\r\nhellö\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"bar\"\r\n\r\n7\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"bytes\"; filename=\"a.bin\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n{\u0001\r\n--\r\n--b--\r\n";
    Row row = row("/api", body, "multipart/form-data; boundary=b");
    assertThat(row.<String>getAs("foo")).isEqualTo("hellö");
    assertThat(row.<Integer>getAs("bar")).isEqualTo(7);
    assertThat(row.<byte[]>getAs("bytes")).isEqualTo(bytes("{\u0001\r\n--"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bar=x|The parameter 'bar' is \"x\", expected int.",
        "bar=2147483648|The parameter 'bar' is \"2147483648\", expected int.",
        "bar=1&bar=2|The parameter 'bar' is given 2 times, expected one int.",
        "ratio=1d|The parameter 'ratio' is \"1d\", expected double.",
        "yes=maybe|The parameter 'yes' is \"maybe\", expected boolean.",
        "day=30.11.2026|The parameter 'day' is \"30.11.2026\", expected date.",
        "at=noon|The parameter 'at' is \"noon\", expected timestamp.",
        "price=1234|The parameter 'price' is \"1234\", expected decimal(5,2).",
        "bytes=%21|The parameter 'bytes' is \"!\", expected binary."
      })
  void aBadParameterIsNamedUnlessNothingIsChecked(String query, String said) throws IOException {
    RequestDataset requests = new RequestDataset().add("GET", "/api?foo=a&" + query, null, null);
    List<Row> unchecked = rows(TYPES, "none", "", requests);
    assertThat(unchecked.get(0).<String>getAs("foo")).isEqualTo("a");
    assertThat(refusals.sent()).isEmpty();
    assertThat(rows(TYPES, "partial", "", requests)).isEmpty();
    assertThat(detail()).contains(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "/api|null|null|The request has no body.",
        "/api?other=1|null|null|The request has no body.",
        "/api|garbage|" + FORM + "|The body is not a JSON object.",
        "/api?foo=a|garbage|text/plain|The body is not a JSON object.",
        "/api?foo=a|[1]|null|The body is not a JSON object.",
        "/api|--b|multipart/form-data; boundary=b|The body is not a JSON object."
      })
  void whatFillsNoFieldIsRefusedAsEver(
      String uri, @Nullable String body, @Nullable String contentType, String said)
      throws IOException {
    RequestDataset requests =
        new RequestDataset().add("POST", uri, body == null ? null : bytes(body), contentType);
    assertThat(rows(TYPES, "partial", "", requests)).isEmpty();
    assertThat(detail()).contains(said);
  }

  @Test
  void aFieldThatParametersDoNotFillIsMissing() throws IOException {
    StructType schema = StructType.fromDDL("foo STRING, bar INT");
    RequestDataset requests = new RequestDataset().add("GET", "/api?bar=1", null, null);
    assertThat(rows(schema, "full", "", requests)).isEmpty();
    assertThat(detail()).contains("Missing, or of another type: foo.");
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void csvAndParametersAreOfRecordsToo(boolean errorsInPlace) {
    StructType schema = StructType.fromDDL("foo STRING, bar INT, tag STRING");
    String csv = "bar,foo,other\r\n1,\"a, \"\"b\"\"\",x\r\n2,,y\r\n";
    RequestDataset requests =
        new RequestDataset()
            .add("POST", "/api", bytes(csv), "text/csv; charset=utf-8")
            .add("POST", "/api?tag=t", bytes("[{\"bar\":3},{\"bar\":4,\"tag\":\"own\"}]"), null)
            .add("GET", "/api?bar=5", null, null);
    List<Row> rows =
        new RequestParsing(refusals, RecordStage::new)
            .parse(
                noted(requests, ""),
                schema,
                "id",
                "request",
                "types",
                new ManyRecords(3, errorsInPlace))
            .collectAsList();
    assertThat(refusals.sent()).isEmpty();
    assertThat(rows).extracting(row -> row.<Integer>getAs("bar")).containsExactly(1, 2, 3, 4, 5);
    assertThat(rows)
        .extracting(row -> row.<@Nullable String>getAs("foo"))
        .containsExactly("a, \"b\"", null, null, null, null);
    assertThat(rows)
        .extracting(row -> row.<@Nullable String>getAs("tag"))
        .containsExactly(null, null, "t", "own", null);
  }

  @Test
  void badRecordsOfCsvAreNamed() throws IOException {
    RequestDataset requests =
        new RequestDataset().add("POST", "/api", bytes("foo,bar\na,1\nb,x\n"), "text/csv");
    Dataset<Row> parsed =
        new RequestParsing(refusals, RecordStage::new)
            .parse(
                requests.toDataset(),
                StructType.fromDDL("foo STRING, bar INT"),
                "id",
                "request",
                "types",
                new ManyRecords(3, false));
    assertThat(parsed.collectAsList()).isEmpty();
    assertThat(detail()).contains("'[1].bar' is \"x\", expected int");
  }
}
