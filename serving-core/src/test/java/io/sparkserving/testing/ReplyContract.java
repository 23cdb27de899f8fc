package io.sparkserving.testing;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.ServingFunctions;
import io.sparkserving.schema.ServingSchemas;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** What stands in the reply row is what the client reads. */
interface ReplyContract extends ContractServices {

  @Test
  default void theReplySetsTheStatus() throws Exception {
    try (LiveService service = serve("statuses", ReplyContract::statusFromAddress);
        RawHttp http = service.connect()) {
      for (int status : new int[] {200, 201, 202, 299, 301, 404, 418, 422, 500, 503, 599}) {
        RawResponse response = http.call(RawRequest.get("/statuses/" + status));
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text()).isEqualTo("a body");
      }
    }
  }

  @Test
  default void aStatusWithoutBodyIsSentWithoutBody() throws Exception {
    try (LiveService service = serve("bodiless", ReplyContract::statusFromAddress);
        RawHttp http = service.connect()) {
      for (int status : new int[] {204, 304}) {
        assertThat(http.call(RawRequest.get("/bodiless/" + status)).status()).isEqualTo(status);
        // A stray body would be read as the beginning of this answer.
        assertThat(http.call(RawRequest.get("/bodiless/200")).text()).isEqualTo("a body");
      }
    }
  }

  @Test
  default void aStatusThatHttpDoesNotHaveIsAnswered500() throws Exception {
    try (LiveService service = serve("no_status", ReplyContract::statusFromAddress);
        RawHttp http = service.connect()) {
      for (int status : new int[] {0, 99, 100, 101, 600, 1000}) {
        Json.problem(http.call(RawRequest.get("/no_status/" + status)), 500);
      }
      assertThat(http.call(RawRequest.get("/no_status/200")).text()).isEqualTo("a body");
    }
  }

  private static Dataset<Row> statusFromAddress(Dataset<Row> requests) {
    Column status =
        regexp_extract(col("request.requestLine.uri"), "/(\\d+)$", 1).cast(DataTypes.IntegerType);
    return requests.withColumn(
        "reply", ServingFunctions.stringToResponse(lit("a body"), status, lit("because")));
  }

  @Test
  default void theReplySetsHeadersInOrderWithRepeats() throws Exception {
    try (LiveService service =
        serve(
            "cookies",
            withHeaders(
                header("Set-Cookie", "a=1"),
                header("X-Other", "x, y"),
                header("Set-Cookie", "b=2")))) {
      RawResponse response = service.get("");
      assertThat(response.headers("Set-Cookie")).containsExactly("a=1", "b=2");
      assertThat(response.header("X-Other")).contains("x, y");
      assertThat(response.text()).isEqualTo("a body");
    }
  }

  @Test
  default void aHeaderCannotSplitTheReply() throws Exception {
    String rest = "x\r\nInjected: yes\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    for (Column header :
        List.of(
            header("X-Value", rest),
            header(rest, "x"),
            header("X-Line-Feed", "x\nInjected: yes"),
            header("X-Wide", "x\u010d\u010aInjected: yes"),
            header("Injected: yes\r\nX", "x"))) {
      try (LiveService service = serve("split", withHeaders(header));
          RawHttp http = service.connect()) {
        RawResponse response = http.call(RawRequest.get("/split"));
        assertThat(response.status()).isIn(200, 500);
        assertThat(response.header("Injected")).isEmpty();
        assertThat(http.call(RawRequest.get("/split")).status()).isEqualTo(response.status());
      }
    }
  }

  @Test
  default void headersOfTheReplyDoNotBreakItsFraming() throws Exception {
    try (LiveService service =
            serve(
                "framed",
                withHeaders(
                    header("Content-Length", "3"), header("Transfer-Encoding", "chunked")));
        RawHttp http = service.connect()) {
      for (int i = 0; i < 2; i++) {
        RawResponse response = http.call(RawRequest.get("/framed"));
        assertThat(response.text()).isEqualTo("a body");
        assertThat(response.headers("Content-Length").size()).isLessThanOrEqualTo(1);
      }
    }
  }

  private static Column header(String name, String value) {
    return struct(lit(name).as("name"), lit(value).as("value"));
  }

  private static UnaryOperator<Dataset<Row>> withHeaders(Column... headers) {
    return requests ->
        requests.withColumn(
            "reply",
            ServingFunctions.stringToResponse(lit("a body")).withField("headers", array(headers)));
  }

  @Test
  default void theContentTypeOfTheEntityIsSent() throws Exception {
    try (LiveService service =
        serve(
            "typed",
            requests ->
                requests.withColumn(
                    "reply",
                    ServingFunctions.stringToResponse(lit("<p>"))
                        .withField("entity.contentType", header("Content-Type", "text/html"))))) {
      RawResponse response = service.get("");
      assertThat(response.headers("Content-Type")).containsExactly("text/html");
      assertThat(response.text()).isEqualTo("<p>");
    }
  }

  @Test
  default void aContentTypeAmongTheHeadersWinsOverTheEntitys() throws Exception {
    try (LiveService service = serve("typed_twice", withHeaders(header("content-type", "a/b")))) {
      assertThat(service.get("").headers("Content-Type")).containsExactly("a/b");
    }
  }

  @Test
  default void partsThatAReplyLeavesOutHaveTheirPlainMeaning() throws Exception {
    try (LiveService service =
            serve(
                "partial",
                requests ->
                    requests.withColumn(
                        "reply",
                        ServingFunctions.stringToResponse(lit("left out"))
                            .withField("headers", nothing("headers"))
                            .withField("entity", nothing("entity"))
                            .withField("statusLine", nothing("statusLine"))));
        RawHttp http = service.connect()) {
      for (int i = 0; i < 2; i++) {
        RawResponse response = http.call(RawRequest.get("/partial"));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
      }
    }
  }

  private static Column nothing(String field) {
    return lit(null).cast(ServingSchemas.REPLY.apply(field).dataType());
  }

  @Test
  default void theReplyToHeadHasNoBody() throws Exception {
    try (LiveService service = serve("heads", Pipelines::address);
        RawHttp http = service.connect()) {
      assertThat(http.call(RawRequest.of("HEAD", "/heads")).status()).isEqualTo(200);
      assertThat(http.call(RawRequest.get("/heads/next")).text()).isEqualTo("/heads/next");
    }
  }

  @Test
  default void anEmptyResponseIsSentAsSuch() throws Exception {
    try (LiveService service =
            serve(
                "empty",
                requests ->
                    requests.withColumn("reply", ServingFunctions.emptyResponse(202, "Accepted")));
        RawHttp http = service.connect()) {
      for (int i = 0; i < 2; i++) {
        RawResponse response = http.call(RawRequest.get("/empty"));
        assertThat(response.status()).isEqualTo(202);
        assertThat(response.body()).isEmpty();
      }
    }
  }

  @Test
  default void aRowWhoseReplyIsNullLeavesItsRequestWithoutReply() throws Exception {
    try (LiveService service = serve("nulls", ReplyContract::nullReplyBelowNull)) {
      Json.problem(service.get("/null"), 500);
      assertThat(service.get("/next").text()).isEqualTo("/nulls/next");
    }
  }

  private static Dataset<Row> nullReplyBelowNull(Dataset<Row> requests) {
    Column uri = col("request.requestLine.uri");
    return requests.withColumn(
        "reply",
        when(uri.endsWith("/null"), null).otherwise(ServingFunctions.stringToResponse(uri)));
  }

  @Test
  default void aRowWhoseIdWasLostLeavesItsRequestWithoutReply() throws Exception {
    try (LiveService service = serve("lost_ids", ReplyContract::damagedIds)) {
      Json.problem(service.get("/null"), 500);
      Json.problem(service.get("/foreign"), 500);
      Json.problem(service.get("/malformed"), 500);
      assertThat(service.get("/next").text()).isEqualTo("/lost_ids/next");
    }
  }

  private static Dataset<Row> damagedIds(Dataset<Row> requests) {
    Column uri = col("request.requestLine.uri");
    Column id = col("id");
    return Pipelines.address(requests)
        .withColumn(
            "id",
            when(uri.endsWith("/null"), null)
                .when(uri.endsWith("/foreign"), id.withField("requestId", lit("999999999")))
                .when(uri.endsWith("/malformed"), id.withField("requestId", lit("none")))
                .otherwise(id));
  }

  @Test
  default void ofSeveralRowsForARequestTheFirstAnswers() throws Exception {
    try (LogCapture log = new LogCapture();
        LiveService service = serve("several", ReplyContract::twoRowsEach);
        RawHttp http = service.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(http.call(RawRequest.get("/several")).text()).isEqualTo("first");
      }
      service.awaitNothingOpen();
      assertThat(service.state().dropped()).isEqualTo(3);
      assertThat(log.lines())
          .filteredOn(line -> line.contains("became several rows"))
          .hasSizeLessThan(2);
    }
  }

  /** By a function, as the continuous trigger knows no explode. */
  private static Dataset<Row> twoRowsEach(Dataset<Row> requests) {
    Dataset<Row> texts = requests.select(col("id"), lit("").as("each"));
    return Pipelines.text(
        texts.flatMap(
            (FlatMapFunction<Row, Row>)
                row ->
                    Stream.of("first", "second")
                        .map(each -> RowFactory.create(row.get(0), each))
                        .iterator(),
            Encoders.row(texts.schema())),
        col("each"));
  }

  @Test
  default void sendReplyAnswersEarlyAndTheRowThatFollowsIsDropped() throws Exception {
    try (LogCapture log = new LogCapture();
        LiveService service = serve("early", ReplyContract::earlyThenLate);
        RawHttp http = service.connect()) {
      for (int i = 0; i < 10; i++) {
        RawResponse response = http.call(RawRequest.get("/early"));
        assertThat(response.status()).isEqualTo(202);
        assertThat(response.text()).isEqualTo("early");
      }
      service.awaitNothingOpen();
      assertThat(service.state().dropped()).isEqualTo(10);
      assertThat(log.lines()).noneMatch(line -> line.contains("became several rows"));
    }
  }

  private static Dataset<Row> earlyThenLate(Dataset<Row> requests) {
    Column early = ServingFunctions.stringToResponse(lit("early"), 202, "Accepted");
    return Pipelines.text(
        requests.withColumn("sent", ServingFunctions.sendReply("early", early, col("id"))),
        when(col("sent"), "late").otherwise("unsent"));
  }

  @Test
  default void idAndReplyColumnsCanBeNamed() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of(
                "renamed",
                requests ->
                    Pipelines.address(requests)
                        .withColumnRenamed("id", "key")
                        .withColumnRenamed("reply", "answer"))
            .writing("idCol", "key")
            .writing("replyCol", "answer");
    try (LiveService service = serve(spec)) {
      assertThat(service.get("/x").text()).isEqualTo("/renamed/x");
    }
  }
}
