package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.ServingFunctions;
import io.sparkserving.testing.Gzip;
import io.sparkserving.testing.LogCapture;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HeadMannersTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[2]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  /** Answers with the request row. */
  private static Dataset<Row> mirror(Dataset<Row> requests) {
    return requests.withColumn("reply", ServingFunctions.stringToResponse(to_json(col("request"))));
  }

  @Test
  void bodiesAreInflatedWithinBounds() throws Exception {
    Map<String, String> options = Map.of("decompression", "true", "maxBodySize", "1m");
    try (HeadService service =
            HeadService.start(spark, "inflated", options, HeadMannersTest::mirror);
        RawHttp http = RawHttp.connect(service.port())) {
      RawRequest gzip =
          RawRequest.post("/inflated", Gzip.compress("hello")).header("Content-Encoding", "GZip");
      JsonNode row = MAPPER.readTree(http.call(gzip).text());
      JsonNode entity = row.path("entity");
      String content = entity.path("content").asText();
      assertThat(new String(Base64.getDecoder().decode(content), StandardCharsets.UTF_8))
          .isEqualTo("hello");
      assertThat(entity.path("contentLength").asInt()).isEqualTo(5);
      assertThat(row.toString()).doesNotContainIgnoringCase("content-encoding");

      assertThat(call(http, Gzip.compress(new byte[1 << 20]), "gzip").status()).isEqualTo(200);
      RawResponse unknown = call(http, new byte[] {1}, "br");
      assertThat(unknown.status()).isEqualTo(415);
      assertThat(unknown.header("Accept-Encoding")).contains("gzip");
      assertThat(call(http, Gzip.compress("twice"), "gzip, gzip").status()).isEqualTo(415);
      assertThat(call(http, new byte[] {1, 2, 3}, "gzip").status()).isEqualTo(400);
      byte[] half = Arrays.copyOf(Gzip.compress("x".repeat(9999)), 30);
      assertThat(call(http, half, "gzip").status()).isEqualTo(400);
      assertThat(call(http, new byte[] {1}, "identity").status()).isEqualTo(200);
      byte[] bomb = Gzip.compress(new byte[100 << 20]);
      assertThat(bomb).hasSizeLessThan(1 << 20);
      assertThat(call(http, bomb, "gzip").status()).isEqualTo(413);
      assertThat(service.counters().accepted()).isEqualTo(3);
    }
  }

  private static RawResponse call(RawHttp http, byte[] body, String coding) throws Exception {
    return http.call(RawRequest.post("/inflated", body).header("Content-Encoding", coding));
  }

  @Test
  void onlyLongTextForThoseWhoTakeGzipIsCompressed() throws Exception {
    Map<String, String> options = Map.of("compression", "true");
    try (HeadService service = HeadService.start(spark, "small", options, HeadMannersTest::mirror);
        RawHttp http = RawHttp.connect(service.port())) {
      RawRequest large = RawRequest.post("/small", "x".repeat(5000));
      RawResponse compressed = http.call(large.header("Accept-Encoding", "gzip;q=0.5"));
      assertThat(compressed.headers("Content-Encoding")).containsExactly("gzip");
      assertThat(compressed.headers("Vary")).contains("Accept-Encoding");
      assertThat(compressed.body()).hasSizeLessThan(2000);
      assertThat(MAPPER.readTree(Gzip.inflate(compressed.body())).has("entity")).isTrue();
      for (RawRequest request :
          List.of(
              large,
              large.header("Accept-Encoding", "br"),
              large.header("Accept-Encoding", "gzip;q=0"),
              RawRequest.post("/small", "x").header("Accept-Encoding", "gzip"))) {
        RawResponse plain = http.call(request);
        assertThat(plain.headers("Content-Encoding")).isEmpty();
        assertThat(MAPPER.readTree(plain.text()).has("entity")).isTrue();
      }
    }
  }

  @Test
  void pagesOfTheOriginsNamedMayCallAndBrowsersAreToldBeforeTheTokenIsAsked() throws Exception {
    Map<String, String> options =
        Map.of(
            "cors.origins", "https://app.example, http://localhost:3000",
            "auth.tokens", "animal-1111111111",
            "methods", "POST");
    try (HeadService service = HeadService.start(spark, "crossed", options, HeadPipelines::echo);
        RawHttp http = RawHttp.connect(service.port())) {
      RawRequest asking =
          RawRequest.of("OPTIONS", "/crossed")
              .header("Access-Control-Request-Method", "POST")
              .header("Access-Control-Request-Headers", "authorization");
      RawResponse allowed = http.call(asking.header("Origin", "http://localhost:3000"));
      assertThat(allowed.status()).isEqualTo(200);
      assertThat(allowed.header("Access-Control-Allow-Origin")).contains("http://localhost:3000");
      assertThat(allowed.header("Access-Control-Allow-Methods")).contains("POST");
      assertThat(allowed.header("Access-Control-Allow-Headers").orElseThrow())
          .containsIgnoringCase("authorization");
      // The dot is no wildcard.
      for (String origin : List.of("https://appxexample", "https://evil.example", "null")) {
        RawResponse refused = http.call(asking.header("Origin", origin));
        assertThat(refused.header("Access-Control-Allow-Origin")).isEmpty();
      }
      RawRequest post = RawRequest.post("/crossed", "hi").header("Origin", "https://app.example");
      RawResponse answer = http.call(post.header("X-API-Key", "animal-1111111111"));
      assertThat(answer.text()).isEqualTo("hi");
      RawResponse stranger = http.call(post);
      assertThat(stranger.status()).isEqualTo(401);
      for (RawResponse readable : List.of(answer, stranger)) {
        assertThat(readable.header("Access-Control-Allow-Origin")).contains("https://app.example");
      }
      assertThat(service.counters().accepted()).isEqualTo(1);
    }
  }

  @Test
  void onlyAValidTraceparentComesBackAndNoneIsMade() throws Exception {
    String ids = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";
    Map<String, String> options = Map.of("requestId", "true");
    try (HeadService service = HeadService.start(spark, "traced", options, HeadPipelines::echo);
        RawHttp http = RawHttp.connect(service.port())) {
      RawRequest request = RawRequest.post("/traced", "x");
      for (String valid : List.of("00-" + ids + "-00", "fe-" + ids + "-ff")) {
        RawResponse response = http.call(request.header("TraceParent", valid));
        assertThat(response.headers("traceparent")).containsExactly(valid);
      }
      for (RawRequest other :
          List.of(
              request,
              request.header("traceparent", ids),
              request.header("traceparent", "ff-" + ids + "-00"),
              request.header("traceparent", "00-" + ids + "-0g"),
              request.header("traceparent", "00-" + ids.toUpperCase(Locale.ROOT) + "-00"),
              request.header("traceparent", "00-" + "0".repeat(32) + ids.substring(32) + "-00"),
              request.header("traceparent", "00-" + ids.substring(0, 33) + "0".repeat(16) + "-00"),
              request
                  .header("traceparent", "00-" + ids + "-00")
                  .header("traceparent", "00-" + ids + "-01"))) {
        RawResponse response = http.call(other);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers("traceparent")).as("%s", other).isEmpty();
      }
    }
  }

  @Test
  void requestsAreLoggedInEitherFormWithoutWhatMayBeSecret() throws Exception {
    try (LogCapture log = new LogCapture()) {
      for (String form : List.of("ncsa", "json")) {
        Map<String, String> options =
            Map.of("accessLog", form, "requestId", "true", "auth.tokens", "zoo=animal-1111111111");
        try (HeadService service =
                HeadService.start(spark, "logged", options, HeadPipelines::echo);
            RawHttp http = RawHttp.connect(service.port())) {
          log.lines().clear();
          RawRequest request =
              RawRequest.post("/logged/below?key=swordfish", "hello")
                  .header("User-Agent", "tester")
                  .header("X-Request-Id", "mine");
          http.call(request.header("X-API-Key", "animal-1111111111"));
          http.call(request);
          await()
              .atMost(Duration.ofSeconds(20))
              .until(
                  () -> log.lines().stream().filter(l -> l.contains("/logged/below")).count() == 2);
        }
        List<String> lines =
            log.lines().stream().filter(line -> line.contains("/logged/below")).toList();
        assertThat(lines).noneMatch(line -> line.contains("swordfish"));
        assertThat(lines).noneMatch(line -> line.contains("animal"));
        if (form.equals("ncsa")) {
          assertThat(lines.get(0))
              .contains(" - zoo [", "\"POST /logged/below HTTP/1.1\" 200 5", "\"tester\"");
          assertThat(lines.get(1)).contains(" - - [", "\"POST /logged/below HTTP/1.1\" 401");
        } else {
          String object = lines.get(0).substring(lines.get(0).indexOf('{'));
          JsonNode entry = MAPPER.readTree(object);
          assertThat(entry.path("status").asInt()).isEqualTo(200);
          assertThat(entry.path("bytes").asInt()).isEqualTo(5);
          assertThat(entry.path("requestId").asText()).isEqualTo("mine");
          assertThat(entry.path("caller").asText()).isEqualTo("zoo");
          assertThat(entry.path("client").asText()).isEqualTo("127.0.0.1");
          assertThat(lines.get(1)).contains("\"status\":401");
        }
      }
    }
  }
}
