package io.sparkserving.head;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.SparkSessions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.runtime.StreamingQueryWrapper;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wherever Spark or this project writes something down, it is none of a service's secrets. */
class HeadSecretsTest {
  private static final String NAME = "guarded";
  private static final String TOKEN = "token-swordfish-0123456789";
  private static final String SIGNATURE = "signature-swordfish-0123456789";
  private static final String PASSWORD = "password-swordfish-0123456789";

  private static final Map<String, String> OPTIONS =
      Map.of(
          "auth.tokens", TOKEN,
          "forwarding.keySas", "https://storage.example/keys/id?sig=" + SIGNATURE,
          "forwarding.keyPassword", PASSWORD);

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void noneIsInLogsPlansPagesEventsOrCheckpoints(@TempDir Path folder) throws Exception {
    Path events = Files.createDirectory(folder.resolve("events"));
    Path checkpoint = folder.resolve("checkpoint");
    Map<String, String> settings =
        Map.of(
            "spark.ui.enabled", "true",
            "spark.ui.port", "0",
            "spark.eventLog.enabled", "true",
            "spark.eventLog.dir", events.toUri().toString(),
            "spark.eventLog.compress", "false");
    Map<String, String> texts = new TreeMap<>();
    String internal;
    try (LogCapture sparks = LogCapture.silencing("org.apache.spark", Level.INFO);
        LogCapture own = LogCapture.silencing("io.sparkserving", Level.TRACE)) {
      try (SparkSession spark = SparkSessions.start("local[2]", settings)) {
        Dataset<Row> requests =
            Serving.readStream(spark)
                .server()
                .address("localhost", 0, NAME)
                .options(OPTIONS)
                .load();
        texts.put("plan of what was loaded", requests.queryExecution().toString());
        StreamingQuery query =
            Serving.writeStream(HeadPipelines.echo(requests))
                .server()
                .replyTo(NAME)
                .queryName(NAME)
                .option("checkpointLocation", checkpoint.toUri().toString())
                .start();
        try (HeadService service = HeadService.of(NAME, query)) {
          internal = service.service().secret().reveal();
          call(service.port());
          query.processAllAvailable();
          texts.put(
              "plan of the query",
              ((StreamingQueryWrapper) Serving.unwrap(query)).explainInternal(true));
          texts.put("progress", String.valueOf(query.lastProgress()));
          texts.put("service info", Serving.serviceInfoJson(NAME));
          for (String path : List.of("/metrics", "/_serving/", "/_serving/status")) {
            texts.put("page " + path, get(service.port(), path));
          }
          putPages(spark, texts);
        }
      }
      texts.put("logs of Spark", String.join("\n", sparks.lines()));
      texts.put("logs of serving", String.join("\n", own.lines()));
    }
    texts.put("events", read(events));
    texts.put("checkpoint", read(checkpoint));

    assertThat(texts.get("plan of what was loaded")).contains("redacted");
    assertThat(texts.get("page SQL/execution/?id=0")).contains("MicroBatchScan");
    assertThat(texts.get("checkpoint")).contains("incarnation");
    assertThat(texts.get("page /_serving/status")).contains("\"status\":401");
    assertThat(texts)
        .allSatisfy(
            (place, text) ->
                assertThat(text)
                    .as(place)
                    .isNotBlank()
                    .doesNotContain(TOKEN, SIGNATURE, PASSWORD, internal));
  }

  private static void call(int port) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      RawRequest request = RawRequest.post("/" + NAME, "body");
      assertThat(http.call(request.header("X-API-Key", TOKEN + "x")).status()).isEqualTo(401);
      assertThat(http.call(request.header("X-API-Key", TOKEN)).status()).isEqualTo(200);
    }
  }

  private static String get(int port, String path) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.call(RawRequest.get(path)).text();
    }
  }

  private void putPages(SparkSession spark, Map<String, String> texts) throws Exception {
    String ui = spark.sparkContext().uiWebUrl().get();
    String api = "api/v1/applications/" + spark.sparkContext().applicationId();
    List<String> pages =
        List.of(
            "SQL/execution/?id=0",
            "StreamingQuery/",
            "jobs/",
            api + "/sql?details=true&planDescription=true");
    for (String page : pages) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(ui + "/" + page)).build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(page).isEqualTo(200);
      texts.put("page " + page, response.body());
    }
  }

  private static String read(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, ISO_8859_1));
      }
    }
    return all.toString();
  }
}
