package io.sparkserving.testing;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkserving.ServingFunctions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What was sent stands in the row. */
interface RequestContract extends ContractServices {

  @Test
  default void anyMethodReachesTheRow() throws Exception {
    try (LiveService service = serve("methods", RequestContract::methodAsHeader);
        RawHttp http = service.connect()) {
      for (String method :
          List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")) {
        RawResponse response = http.call(RawRequest.of(method, service.path()));
        assertThat(response.status()).as("status of %s", method).isEqualTo(200);
        assertThat(response.header("X-Method")).contains(method);
      }
      assertThat(http.call(RawRequest.of("PUT", service.path()).body(new byte[3])).status())
          .isEqualTo(200);
    }
  }

  private static Dataset<Row> methodAsHeader(Dataset<Row> requests) {
    return requests.withColumn(
        "reply",
        ServingFunctions.stringToResponse(lit("a body"))
            .withField(
                "headers",
                array(
                    struct(
                        lit("X-Method").as("name"),
                        col("request.requestLine.method").as("value")))));
  }

  @Test
  default void pathsBelowTheServiceAndQueryStringsReachTheRowAsSent() throws Exception {
    try (LiveService service = serve("paths", Pipelines::address);
        RawHttp http = service.connect()) {
      for (String target :
          List.of(
              "/paths",
              "/paths/",
              "/paths?x=1",
              "/paths/sub/sub2?x=1&x=2&empty=&flag",
              "/paths/a%20b?q=%C3%A9+%26",
              "/paths/~user;v=1/x?a=/b?c",
              "/paths/sub?")) {
        assertThat(http.call(RawRequest.get(target)).text()).isEqualTo(target);
      }
    }
  }

  @Test
  default void emptySegmentsEncodedSlashesAndPercentSignsReachTheRowAsSent() throws Exception {
    try (LiveService service = serve("slashes", Pipelines::address)) {
      assertThat(service.get("//b").text()).isEqualTo("/slashes//b");
      assertThat(service.get("/a%2Fb").text()).isEqualTo("/slashes/a%2Fb");
      assertThat(service.get("/100%25").text()).isEqualTo("/slashes/100%25");
    }
  }

  @Test
  default void aTargetThatNamesTheHostTooReachesTheRowAsPath() throws Exception {
    try (LiveService service = serve("absolute", Pipelines::address)) {
      String host = "localhost:" + service.port();
      try (RawHttp http = service.connect()) {
        http.send("GET http://" + host + "/absolute/x?y=1 HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertThat(http.read().text()).isEqualTo("/absolute/x?y=1");
      }
    }
  }

  @Test
  default void dotSegmentsDoNotLeadOutOfTheService() throws Exception {
    try (LiveService service = serve("inside", Pipelines::address)) {
      assertThat(service.get("/../outside").status()).isIn(400, 404);
      assertThat(service.get("/%2e%2e/outside").status()).isIn(400, 404);
      assertThat(service.get("/a").status()).isEqualTo(200);
    }
  }

  @Test
  default void headersReachTheRowInOrderWithRepeats() throws Exception {
    try (LiveService service = serve("headers", Pipelines::mirror)) {
      RawRequest request =
          RawRequest.get("/headers")
              .header("X-Twice", "first")
              .header("X-Other", "a, b; c=\"d\"")
              .header("X-Twice", "second")
              .header("X-Empty", "")
              .header("x-lower", "spaces  inside");
      assertThat(headers(Json.of(service.call(request))))
          .containsExactly(
              new RawHeader("Host", "localhost"),
              new RawHeader("X-Twice", "first"),
              new RawHeader("X-Other", "a, b; c=\"d\""),
              new RawHeader("X-Twice", "second"),
              new RawHeader("X-Empty", ""),
              new RawHeader("x-lower", "spaces  inside"));
    }
  }

  private static List<RawHeader> headers(JsonNode row) {
    List<RawHeader> headers = new ArrayList<>();
    for (JsonNode header : row.at("/request/headers")) {
      headers.add(new RawHeader(header.path("name").asText(), header.path("value").asText()));
    }
    return headers;
  }

  @Test
  default void headersOverTheLimitAreAnswered431() throws Exception {
    try (LiveService service = serve("many_headers", Pipelines::address)) {
      RawRequest request = RawRequest.get("/many_headers").header("X-Long", "x".repeat(100_000));
      Json.problem(service.call(request), 431);
      assertThat(service.get("").status()).isEqualTo(200);
    }
  }

  @Test
  default void theRequestLineReachesTheRow() throws Exception {
    try (LiveService service = serve("lines", Pipelines::mirror)) {
      JsonNode line = Json.of(service.get("?x")).at("/request/requestLine");
      assertThat(line.path("method").asText()).isEqualTo("GET");
      assertThat(line.path("uri").asText()).isEqualTo("/lines?x");
      assertThat(line.at("/protocolVersion/protocol").asText()).isEqualTo("HTTP");
      assertThat(line.at("/protocolVersion/major").asInt()).isEqualTo(1);
      assertThat(line.at("/protocolVersion/minor").asInt()).isEqualTo(1);
      JsonNode old = Json.of(service.call(RawRequest.get("/lines").http10()));
      assertThat(old.at("/request/requestLine/protocolVersion/minor").asInt(-1)).isZero();
    }
  }

  @Test
  default void theEntityIsNullOnlyWithoutBodyHeaders() throws Exception {
    try (LiveService service = serve("entities", Pipelines::mirror)) {
      assertThat(Json.of(service.get("")).at("/request/entity").isMissingNode()).isTrue();
      JsonNode empty = Json.of(service.post("")).at("/request/entity");
      assertThat(empty.path("content").asText("missing")).isEmpty();
      assertThat(empty.path("contentLength").asLong(-1)).isZero();
    }
  }

  @Test
  default void theEntitySaysHowTheBodyCame() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("framing", Pipelines::mirror).reading("decompression", "false");
    try (LiveService service = serve(spec)) {
      RawRequest post =
          RawRequest.of("POST", "/framing")
              .header("Content-Type", "text/x-test; a=b")
              .header("Content-Encoding", "x-none");
      JsonNode whole = Json.of(service.call(post.body(new byte[10]))).at("/request/entity");
      assertThat(whole.path("contentLength").asLong()).isEqualTo(10);
      assertThat(whole.path("isChunked").asBoolean(true)).isFalse();
      assertThat(whole.at("/contentType/name").asText()).isEqualToIgnoringCase("Content-Type");
      assertThat(whole.at("/contentType/value").asText()).isEqualTo("text/x-test; a=b");
      assertThat(whole.at("/contentEncoding/value").asText()).isEqualTo("x-none");
      JsonNode chunked = Json.of(service.call(post.chunked(new byte[10], 3))).at("/request/entity");
      assertThat(chunked.path("contentLength").asLong()).isEqualTo(10);
      assertThat(chunked.path("isChunked").asBoolean(false)).isTrue();
    }
  }

  @Test
  default void everyRequestHasItsOwnId() throws Exception {
    try (LiveService service = serve("ids", Pipelines::mirror);
        RawHttp http = service.connect()) {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        JsonNode id = Json.of(http.call(RawRequest.get("/ids"))).path("id");
        assertThat(id.path("originatingService").asText()).isNotEmpty();
        assertThat(id.path("partitionId").isInt()).isTrue();
        seen.add(id.path("requestId").asText());
      }
      assertThat(seen).hasSize(5).doesNotContain("");
    }
  }

  @Test
  default void includeTimestampAddsTheTimeOfArrival() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("clocks", RequestContract::timestampMicros)
            .reading("includeTimestamp", "true");
    try (LiveService service = serve(spec)) {
      Instant before = Instant.now().minusMillis(1);
      RawResponse response = service.get("");
      Instant arrival = Instant.ofEpochSecond(0, Long.parseLong(response.text()) * 1000);
      assertThat(arrival).isBetween(before, Instant.now());
    }
  }

  private static Dataset<Row> timestampMicros(Dataset<Row> requests) {
    assertThat(requests.columns()).containsExactly("id", "request", "timestamp");
    return requests
        .selectExpr("id", "cast(unix_micros(timestamp) as string) as micros")
        .withColumn("reply", ServingFunctions.stringToResponse(col("micros")));
  }

  @Test
  default void withoutIncludeTimestampThereIsNoSuchColumn() throws Exception {
    try (LiveService service =
        serve(
            "timeless",
            requests -> {
              assertThat(requests.columns()).containsExactly("id", "request");
              return Pipelines.address(requests);
            })) {
      assertThat(service.get("").status()).isEqualTo(200);
    }
  }
}
