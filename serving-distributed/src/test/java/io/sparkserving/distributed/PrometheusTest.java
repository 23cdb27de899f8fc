package io.sparkserving.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.Serving;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.Samples;
import io.sparkserving.testing.SparkSessions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus, and what the dashboard of docs/ asks of it. */
@Tag("everything")
class PrometheusTest {
  private static final Path DASHBOARD = Path.of("..", "docs", "grafana-dashboard.json");
  private static final String NAME = "scraped";
  private static final String TOKEN = "animal-1111111111==";

  @Test
  void findsTheServersAndHasDataForEveryExpressionOfTheDashboard(@TempDir Path folder)
      throws Exception {
    PrometheusProcess.require();
    List<String> expressions = expressions();
    int coordinator = freePort();
    SparkSession spark = SparkSessions.start("local[2]");
    StreamingQuery query =
        EchoQuery.start(
            spark,
            NAME,
            Map.of(
                "coordinator.port",
                Integer.toString(coordinator),
                "auth.tokens",
                "prometheus=" + TOKEN));
    int server = Serving.serviceInfo(NAME).get(0).port();
    try (PrometheusProcess prometheus =
        PrometheusProcess.start(folder, freePort(), coordinator, TOKEN)) {
      for (String expression : expressions) {
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(200))
            .ignoreExceptionsInstanceOf(IOException.class)
            .untilAsserted(
                () -> {
                  post(server, "hello");
                  assertThat(values(prometheus.query(expression)))
                      .as(expression)
                      .isNotEmpty()
                      .doesNotContain("NaN");
                });
      }
      long sent = answered(server);
      String counted =
          "sum(spark_serving_requests_total{job=\"spark-serving\",status=\"200\",service=\"%s\"})"
              .formatted(NAME);
      await()
          .untilAsserted(
              () ->
                  assertThat(values(prometheus.query(counted)))
                      .containsExactly(Long.toString(sent)));
    } finally {
      query.stop();
      spark.stop();
    }
  }

  /** As Grafana would send them. */
  private static List<String> expressions() throws IOException {
    List<String> all = new ArrayList<>();
    for (JsonNode target : new ObjectMapper().readTree(DASHBOARD.toFile()).findValues("targets")) {
      target.findValuesAsText("expr").stream()
          .map(text -> text.replace("$__rate_interval", "20s").replace("$service", NAME))
          .forEach(all::add);
    }
    assertThat(all).hasSizeGreaterThan(10).noneMatch(text -> text.contains("$"));
    return all;
  }

  private static List<String> values(JsonNode series) {
    List<String> values = new ArrayList<>();
    series.forEach(each -> values.add(each.path("value").path(1).asText()));
    return values;
  }

  private static void post(int port, String body) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      assertThat(http.call(withToken(RawRequest.post("/" + NAME, body))).text()).isEqualTo(body);
    }
  }

  private static RawRequest withToken(RawRequest request) {
    return request.header("Authorization", "Bearer " + TOKEN);
  }

  /** How many were answered so far, as the server itself says. */
  private static long answered(int port) throws IOException {
    return (long)
        Samples.scrape(port, withToken(RawRequest.get("/metrics")))
            .sum("spark_serving_requests_total", "status=\"200\"");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      return socket.getLocalPort();
    }
  }
}
