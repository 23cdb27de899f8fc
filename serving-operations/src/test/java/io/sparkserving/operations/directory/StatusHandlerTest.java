package io.sparkserving.operations.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.Serving;
import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.DriverService;
import io.sparkserving.driver.QueryKind;
import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.RecordingService;
import io.sparkserving.driver.RunningService;
import io.sparkserving.driver.ServerStatus;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.exchange.FunctionMeasurements;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ServerInfo;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page, and what it reads, at a service of the driver's own. */
class StatusHandlerTest {
  private static final String PAGE = "/_serving/";
  private static final String STATUS = "/_serving/status";

  private final List<Consumer> running = new ArrayList<>();

  @AfterEach
  void stop() {
    running.forEach(Consumer::detach);
  }

  private Consumer serve(String name, Map<String, String> options) {
    return serve(name, options, DriverService::open);
  }

  private Consumer serve(String name, Map<String, String> options, ServiceRegistry.Opener opener) {
    Map<String, String> all = new HashMap<>(Map.of("port", "0", "path", name));
    all.putAll(options);
    Consumer consumer =
        ServiceRegistry.jvm()
            .attach(
                RunningService.class,
                ServiceConfiguration.parse(all),
                opener,
                new QueryRun("query-of-" + name, null, () -> {}));
    running.add(consumer);
    return consumer;
  }

  private static int port(String name) {
    return Serving.serviceInfo(name).get(0).port();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      return socket.getLocalPort();
    }
  }

  private static RawResponse call(int port, RawRequest request) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.call(request);
    }
  }

  private static RawResponse get(int port, String path) throws IOException {
    return call(port, RawRequest.get(path));
  }

  private static JsonNode status(int port) throws IOException {
    RawResponse response = get(port, STATUS);
    assertThat(response.status()).as(response.toString()).isEqualTo(200);
    return new ObjectMapper().readTree(response.text());
  }

  @Test
  void itTellsWhatAServiceIsDoing() throws Exception {
    Consumer consumer = serve("shown", Map.of("methods", "POST"));
    consumer.noteKind(QueryKind.HEAD);
    int port = port("shown");
    assertThat(status(port).at("/services/0/state").asText()).isEqualTo("starting");
    consumer.ready();
    assertThat(get(port, "/shown?key=swordfish").status()).isEqualTo(405);
    await().until(() -> status(port).at("/services/0/servers/0/errors/0/status").asInt() == 405);

    JsonNode status = status(port);
    assertThat(status.at("/versions/sparkServing").asText()).isEqualTo(Serving.version());
    assertThat(status.at("/versions/scala").asText()).startsWith("2.");
    assertThat(status.at("/versions/java").asText()).isNotEmpty();
    assertThat(status.at("/services")).hasSize(1);
    JsonNode service = status.at("/services/0");
    assertThat(service.path("name").asText()).isEqualTo("shown");
    assertThat(service.path("path").asText()).isEqualTo("/shown");
    assertThat(service.path("state").asText()).isEqualTo("serving");
    assertThat(service.at("/query/id").asText()).isEqualTo("query-of-shown");
    assertThat(service.at("/query/run").asInt()).isEqualTo(1);
    assertThat(service.at("/query/format").asText()).isEqualTo("server");
    assertThat(service.at("/query/trigger").asText()).isEqualTo("micro-batches");
    assertThat(service.path("restarts").asInt(-1)).isZero();
    JsonNode server = service.at("/servers/0");
    assertThat(server.path("executor").asText()).isEqualTo("driver");
    assertThat(server.path("url").asText()).isEqualTo("http://localhost:" + port + "/shown");
    assertThat(server.path("state").asText()).isEqualTo("serving");
    assertThat(server.path("inFlight").asInt(-1)).isZero();
    assertThat(server.path("answers").toString()).isEqualTo("{\"405\":1}");
    assertThat(server.path("replyTimes")).hasSize(status.path("replyTimeEndsSeconds").size() + 1);
    assertThat(server.at("/errors/0/title").asText()).isEqualTo("Method Not Allowed");
    assertThat(status.toString()).doesNotContain("swordfish");
  }

  @Test
  void itTellsWhatFunctionsDo() throws Exception {
    serve("scored", Map.of());
    ServerExchanges server =
        LocalServers.all().stream()
            .filter(each -> each.configuration().name().equals("scored"))
            .findFirst()
            .orElseThrow();
    FunctionMeasurements score = Objects.requireNonNull(server.measurements()).function("score");
    score.noteBatch(7, 500_000_000);
    score.noteBatch(1, 250_000_000);
    score.noteError("ValueError");
    score.noteError("timeout");
    score.addWaiting(() -> 3);
    assertThat(status(port("scored")).at("/services/0/servers/0/functions").toString())
        .isEqualTo(
            "[{\"name\":\"score\",\"batches\":2,\"rows\":8,\"seconds\":0.75,\"waiting\":3,"
                + "\"failed\":2}]");
  }

  @Test
  void whatIsNotMeasuredIsLeftOut() throws Exception {
    serve("unmeasured", Map.of("metrics", "false"));

    JsonNode server = status(port("unmeasured")).at("/services/0/servers/0");
    assertThat(server.path("accepted").asInt(-1)).isZero();
    assertThat(List.of("answers", "replyTimes", "errors")).noneMatch(server::has);
  }

  @Test
  void aServerThatDoesNotAnswerIsSilent() throws Exception {
    ServerInfo info = new ServerInfo("lost", "0.0.0.0", 1, "lost", "10.0.0.9", null, "http");
    serve(
        "lost",
        Map.of(),
        (configuration, timer, clock) ->
            new RecordingService(configuration) {
              @Override
              public CompletableFuture<List<ServerStatus>> serverStatus() {
                return CompletableFuture.completedFuture(
                    List.of(new ServerStatus("lost-1", "7", info, Optional.empty())));
              }
            });
    serve("asked", Map.of());

    JsonNode services = status(port("asked")).path("services");
    assertThat(services.findValuesAsText("name")).containsExactly("asked", "lost");
    JsonNode server = services.at("/1/servers/0");
    assertThat(server.path("state").asText()).isEqualTo("silent");
    assertThat(server.path("executor").asText()).isEqualTo("7");
    assertThat(server.has("accepted")).isFalse();
  }

  @Test
  void whoShowsATokenSeesTheServicesThatTakeItAndThoseWithout() throws Exception {
    serve("first", Map.of("auth.tokens", "animal-1111111111"));
    serve("second", Map.of("auth.tokens", "plant-22222222222"));
    int port = port("first");
    RawRequest request = RawRequest.get(STATUS);
    RawResponse refused = call(port, request);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.text()).doesNotContain("first", "second");
    RawResponse one = call(port, request.header("X-API-Key", "plant-22222222222"));
    assertThat(one.text()).contains("second", "\"moreWithToken\":true").doesNotContain("first");
    RawResponse both =
        call(
            port,
            request
                .header("X-API-Key", "plant-22222222222")
                .header("Authorization", "Bearer animal-1111111111"));
    assertThat(both.text()).contains("first", "second", "\"moreWithToken\":false");

    serve("third", Map.of());
    assertThat(call(port, request).text())
        .contains("third", "\"moreWithToken\":true")
        .doesNotContain("first", "second");
    RawRequest targets = RawRequest.get("/_serving/prometheus-targets");
    assertThat(call(port, targets).status()).isEqualTo(404);
  }

  @Test
  void itsNameWithoutTheSlashLeadsThere() throws Exception {
    serve("slashed", Map.of());
    RawResponse response = get(port("slashed"), "/_serving");
    assertThat(response.status()).isEqualTo(302);
    assertThat(response.header("Location")).hasValue("_serving/");

    serve("hidden", Map.of("page", "false", "port", String.valueOf(freePort())));
    assertThat(get(port("hidden"), "/_serving").status()).isEqualTo(404);
  }

  @Test
  void whatItFailsOnIsAProblem() throws Exception {
    serve(
        "failing",
        Map.of(),
        (configuration, timer, clock) ->
            new RecordingService(configuration) {
              @Override
              public CompletableFuture<List<ServerStatus>> serverStatus() {
                return CompletableFuture.failedFuture(new IllegalStateException("Failed"));
              }
            });
    serve("beside", Map.of());

    RawResponse response = get(port("beside"), STATUS);
    assertThat(response.status()).isEqualTo(500);
    assertThat(response.header("Content-Type")).hasValue("application/problem+json");
  }

  @ParameterizedTest
  @CsvSource({
    "/_serving/,text/html; charset=utf-8,no-cache",
    "/_serving/page.js,text/javascript; charset=utf-8,no-cache",
    "/_serving/page.css,text/css; charset=utf-8,no-cache",
    "/_serving/status,application/json,no-store"
  })
  void itsFilesSayWhatTheyAre(String path, String type, String caching) throws Exception {
    serve("filed", Map.of());
    int port = port("filed");

    RawResponse response = get(port, path);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type").orElseThrow()).isEqualToIgnoringCase(type);
    assertThat(response.header("Cache-Control")).hasValue(caching);
    assertThat(response.header("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(response.header("Content-Security-Policy").isPresent())
        .isEqualTo(!path.equals(STATUS));
    RawResponse posted = call(port, RawRequest.post(path, "x"));
    assertThat(posted.status()).isEqualTo(405);
    assertThat(posted.header("Allow")).hasValue("GET, HEAD");
  }

  @Test
  void thePageTakesNothingFromElsewhereAndRunsNothingInside() throws Exception {
    serve("strict", Map.of());

    RawResponse page = get(port("strict"), PAGE);
    assertThat(page.header("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http");
    assertThat(page.text())
        .doesNotContain("//", "<style", " style=")
        .doesNotContainPattern("\\son[a-z]+=");
    assertThat(page.text().split("<script", -1)).hasSize(2);
    assertThat(page.text()).contains("<script src=\"page.js\" type=\"module\"></script>");
  }

  @Test
  void itGoesWithTheManagementPort() throws Exception {
    int management = freePort();
    serve("managed", Map.of("management.port", Integer.toString(management)));

    assertThat(get(port("managed"), PAGE).status()).isEqualTo(404);
    assertThat(get(port("managed"), STATUS).status()).isEqualTo(404);
    assertThat(get(management, PAGE).status()).isEqualTo(200);
    assertThat(status(management).findValuesAsText("name")).containsExactly("managed");
  }

  @ParameterizedTest
  @ValueSource(strings = {PAGE, STATUS, "/_serving/page.js", "/_serving/page.css"})
  void aServiceThatIsNotToBeShownHasNoneAndIsOnNoOthers(String path) throws Exception {
    int coordinator = freePort();
    serve("hidden", Map.of("page", "false", "coordinator.port", Integer.toString(coordinator)));
    serve("other", Map.of());

    assertThat(get(port("hidden"), path).status()).isEqualTo(404);
    assertThat(get(coordinator, path).status()).isEqualTo(404);
    assertThat(get(port("other"), path).status()).isEqualTo(200);
    assertThat(get(port("other"), STATUS).text()).doesNotContain("hidden");
  }
}
