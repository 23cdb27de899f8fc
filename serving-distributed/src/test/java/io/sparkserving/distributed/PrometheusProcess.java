package io.sparkserving.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real Prometheus that scrapes a service's servers and its driver, until it is closed. */
final class PrometheusProcess implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final int port;

  private PrometheusProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Skips the test where there is none. */
  static void require() {
    assumeTrue(Files.isExecutable(PROGRAM), PROGRAM + " is missing: apt-get install prometheus");
  }

  /** As docs/metrics.md has it, but for the time between scrapes. */
  static PrometheusProcess start(Path folder, int port, int coordinatorPort, String token)
      throws IOException {
    Path configuration = folder.resolve("prometheus.yml");
    Path credentials = Files.writeString(folder.resolve("token"), token + "\n");
    Files.writeString(
        configuration,
        """
        global:
          scrape_interval: 500ms
          scrape_timeout: 500ms
        scrape_configs:
          - job_name: spark-serving
            authorization: {type: Bearer, credentials_file: %2$s}
            http_sd_configs:
              - url: http://localhost:%1$d/_serving/prometheus-targets
                authorization: {type: Bearer, credentials_file: %2$s}
                refresh_interval: 1s
          - job_name: spark-serving-driver
            metrics_path: /_serving/metrics
            authorization: {type: Bearer, credentials_file: %2$s}
            static_configs:
              - targets: [localhost:%1$d]
        """
            .formatted(coordinatorPort, credentials));
    Process process =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=localhost:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    return new PrometheusProcess(process, port);
  }

  /** What an expression gives now: a list of series, each with its labels and its value. */
  JsonNode query(String expression) throws IOException, InterruptedException {
    String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://localhost:%d/api/v1/query?query=%s".formatted(port, encoded)))
            .build();
    JsonNode answer = MAPPER.readTree(client.send(request, BodyHandlers.ofString()).body());
    assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("success");
    return answer.path("data").path("result");
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
