package io.sparkserving.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.Serving;
import io.sparkserving.driver.ServiceRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.logging.log4j.Level;
import org.apache.spark.sql.execution.streaming.runtime.StreamingQueryWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wherever Spark or this project writes something down, it is none of a service's secrets. */
interface SecretsContract extends ContractServices {
  String SECRETIVE = "secretive";
  String TOKEN = "token-swordfish-0123456789";
  String SIGNATURE = "signature-swordfish-0123456789";
  String PASSWORD = "password-swordfish-0123456789";

  @Test
  default void noSecretIsInLogsMetricsPlansPagesEventsOrCheckpoints(@TempDir Path folder)
      throws Exception {
    int coordinator = BalancerProcess.freePort();
    Path checkpoint = folder.resolve("checkpoint");
    Map<String, String> texts = new TreeMap<>();
    List<String> secrets = new ArrayList<>(List.of(TOKEN, SIGNATURE, PASSWORD));
    ServiceSpec spec =
        ServiceSpec.of(
                SECRETIVE,
                requests -> {
                  texts.put("plan of what was loaded", requests.queryExecution().toString());
                  return Pipelines.echo(requests);
                })
            .reading("auth.tokens", "named=" + TOKEN)
            .reading("accessLog", "json")
            .reading("coordinator.port", Integer.toString(coordinator))
            .reading("forwarding.keySas", "https://storage.example/keys/id?sig=" + SIGNATURE)
            .reading("forwarding.keyPassword", PASSWORD)
            .writing("checkpointLocation", checkpoint.toUri().toString());
    try (Probes.Logs logs =
            Probes.logs(Map.of("org.apache.spark", Level.INFO, "io.sparkserving", Level.TRACE));
        EventTexts events = EventTexts.of(spark().sparkContext())) {
      try (LiveService service = serve(spec)) {
        ServiceRegistry.jvm().catalogue().get(SECRETIVE).endpoints().stream()
            .map(endpoint -> endpoint.secret().reveal())
            .forEach(secrets::add);
        RawRequest request = RawRequest.post(service.path() + "?key=" + TOKEN, "body");
        assertThat(service.call(request.header("X-API-Key", TOKEN + "x")).status()).isEqualTo(401);
        assertThat(service.call(request.header("X-API-Key", TOKEN)).status()).isEqualTo(200);
        StreamingQueryWrapper query = (StreamingQueryWrapper) service.query();
        texts.put("plan of the query", query.explainInternal(true));
        texts.put("progress", String.valueOf(query.lastProgress()));
        texts.put("service info", Serving.serviceInfoJson(SECRETIVE));
        for (String path : List.of("/metrics", "/livez", "/readyz")) {
          texts.put("GET " + path, told(service.port(), path));
        }
        for (String path : List.of("/_serving/", "/_serving/status")) {
          texts.put("GET " + path, told(coordinator, path));
        }
        putPages(texts);
      }
      texts.put("logs", String.join("\n", logs.lines()));
      texts.put("events", events.text());
    }
    texts.put("checkpoint", contents(checkpoint));

    assertThat(texts.get("plan of what was loaded")).contains("redacted");
    assertThat(texts.get("logs")).contains("\"status\":401", SECRETIVE);
    assertThat(texts.get("events")).contains("SparkListenerSQLExecutionStart", SECRETIVE);
    assertThat(texts.get("checkpoint")).contains("incarnation");
    assertThat(texts.get("GET /_serving/status")).contains("\"status\":401");
    assertThat(texts)
        .allSatisfy(
            (place, text) -> assertThat(text).as(place).isNotBlank().doesNotContain(secrets));
  }

  private static String told(int port, String path) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      RawResponse response = http.call(RawRequest.get(path).header("X-API-Key", TOKEN));
      assertThat(response.status()).as(path).isEqualTo(200);
      return response.text();
    }
  }

  /** Puts Spark's own, once they have the service's query. */
  private void putPages(Map<String, String> texts) throws Exception {
    String ui = spark().sparkContext().uiWebUrl().get();
    String queries = "/api/v1/applications/" + spark().sparkContext().applicationId() + "/sql";
    AtomicInteger latest = new AtomicInteger();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              latest.set(latestId(page(ui + queries + "?details=false&length=100000")));
              return page(ui + "/SQL/execution/?id=" + latest).contains(SECRETIVE);
            });
    for (String each :
        List.of(
            "/SQL/execution/?id=" + latest,
            "/StreamingQuery/",
            "/jobs/",
            queries + "/" + latest + "?details=true&planDescription=true")) {
      texts.put("page " + each, page(ui + each));
    }
  }

  /** Spark forgets older queries, so it is not their number. */
  private static int latestId(String queries) throws IOException {
    return StreamSupport.stream(new ObjectMapper().readTree(queries).spliterator(), false)
        .mapToInt(query -> query.path("id").intValue())
        .max()
        .orElse(0);
  }

  private static String page(String address) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(address)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(address).isEqualTo(200);
    return response.body();
  }

  private static String contents(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, ISO_8859_1));
      }
    }
    return all.toString();
  }
}
