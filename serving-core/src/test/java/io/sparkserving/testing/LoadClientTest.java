package io.sparkserving.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load client must see what goes wrong, or the tests that use it prove nothing. */
final class LoadClientTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private HttpServer server;
  private int port;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::echo);
    server.start();
    port = server.getAddress().getPort();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void echo(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String text = new String(body, UTF_8);
    if (text.equals("request 9")) {
      throw new IOException("Connection broken on purpose");
    }
    if (text.equals("flaky 3") && seen.add("once " + text)) {
      throw new IOException("Connection broken on purpose");
    }
    boolean badGateway = text.equals("flaky 5") && seen.add("once " + text);
    byte[] answer = text.equals("request 7") ? "request 8".getBytes(UTF_8) : body;
    int status = badGateway ? 502 : text.equals("request 11") ? 503 : 200;
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private LoadReport run(int requests) throws InterruptedException {
    return new LoadClient(port, 4, requests, Duration.ofSeconds(20))
        .run(
            i -> RawRequest.post("/", "request " + i),
            (i, response) -> response.text().equals("request " + i));
  }

  @Test
  void aRunInWhichAllGoesWellIsAllOfOneStatus() throws Exception {
    LoadReport report = run(7);
    assertThat(report.isAll(200)).isTrue();
    assertThat(report.isAll(201)).isFalse();
  }

  @Test
  void replyMixUpsBrokenConnectionsAndOtherStatusesAreCounted() throws Exception {
    LoadReport report = run(100);
    assertThat(report.isAll(200)).isFalse();
    assertThat(report.byStatus()).isEqualTo(Map.of(200, 98, 503, 1));
    assertThat(report.mismatches()).isEqualTo(1);
    assertThat(report.firstMismatches()).singleElement().asString().startsWith("request 7: ");
    assertThat(report.errors()).isEqualTo(1);
    assertThat(report.firstErrors()).singleElement().asString().startsWith("request 9: ");
  }

  @Test
  void aPersistentClientSendsAgainWhatBrokeOrWasAnswered502() throws Exception {
    LoadReport report =
        new LoadClient(port, 4, 20, Duration.ofSeconds(20))
            .trying(3)
            .run(
                i -> RawRequest.post("/", "flaky " + i),
                (i, response) -> response.text().equals("flaky " + i));
    assertThat(report).matches(all -> all.isAll(200), "every request answered in the end");
  }

  @Test
  void whatIsMissingAtTheTimeLimitIsAnError() throws Exception {
    LoadReport report =
        new LoadClient(port, 2, 1_000_000_000, Duration.ofMillis(300))
            .run(i -> RawRequest.get("/"), (i, response) -> true);
    int answered = report.byStatus().getOrDefault(200, 0);
    assertThat(report.errors()).isEqualTo(1_000_000_000 - answered);
    assertThat(report.elapsed()).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aServerThatIsNotThereIsAnErrorForEveryRequest() throws Exception {
    server.stop(0);
    LoadReport report = run(10);
    assertThat(report.byStatus()).isEmpty();
    assertThat(report.errors()).isEqualTo(10);
  }
}
