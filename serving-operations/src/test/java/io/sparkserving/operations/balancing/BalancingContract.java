package io.sparkserving.operations.balancing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.util.NetUtil;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.server.ServerInfo;
import io.sparkserving.testing.BalancerProcess;
import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every load balancer does with the configuration that is written for it. */
abstract class BalancingContract {
  private static final int CONNECTIONS = 8;
  private static final String PATH = "/" + NamedServer.PATH;
  private static final ServiceLimits LIMITS =
      new ServiceLimits(Duration.ofSeconds(5), NamedServer.MAX_BODY_SIZE, Duration.ofSeconds(90));

  private final LoadBalancer balancer;
  private final String program;
  private final String installation;
  private final List<NamedServer> servers = new ArrayList<>();

  private Path folder;

  BalancingContract(LoadBalancer balancer, String program, String installation) {
    this.balancer = balancer;
    this.program = program;
    this.installation = installation;
  }

  /** How the program is started in the foreground, as any user, beside others of its kind. */
  abstract List<String> command(Path executable, Path folder, Path configuration);

  @BeforeEach
  void startServers(@TempDir Path folder) {
    this.folder = folder;
    assumeTrue(
        BalancerProcess.find(program).isPresent(),
        () -> "Missing program '%s': install it with %s".formatted(program, installation));
    for (String name : List.of("red", "green", "blue")) {
      servers.add(new NamedServer(name));
    }
  }

  @AfterEach
  void stopServers() {
    servers.forEach(NamedServer::close);
  }

  private BalancerProcess start() throws IOException {
    return start(servers.stream().map(NamedServer::info).toList());
  }

  BalancerProcess start(List<ServerInfo> infos) throws IOException {
    int port = BalancerProcess.freePort();
    Path configuration = folder.resolve(program + ".yaml");
    Files.writeString(
        configuration, balancer.configure(new BalancedService("api", infos, LIMITS, port, null)));
    Path executable = BalancerProcess.find(program).orElseThrow();
    return BalancerProcess.start(command(executable, folder, configuration), folder, port);
  }

  private static LoadReport load(BalancerProcess process, int requests) throws Exception {
    return load(process, requests, failed -> {});
  }

  private static LoadReport load(
      BalancerProcess process, int requests, Consumer<RawResponse> failures) throws Exception {
    return new LoadClient(process.port(), CONNECTIONS, requests, Duration.ofSeconds(120))
        .run(
            i -> RawRequest.post(PATH, "request " + i),
            (i, response) -> {
              if (response.status() != 200) {
                failures.accept(response);
              }
              return response.status() == 200 && response.text().equals("request " + i);
            });
  }

  private List<String> bodies() {
    return servers.stream().flatMap(server -> server.bodies().stream()).toList();
  }

  @Test
  void requestsOverKeepAliveConnectionsAreAnsweredRightAndByAllServers() throws Exception {
    try (BalancerProcess process = start()) {
      LoadReport report = load(process, 10_000);
      assertThat(report.isAll(200)).as("%s", report).isTrue();
    }
    assertThat(bodies()).hasSize(10_000).doesNotHaveDuplicates();
    assertThat(servers).allSatisfy(server -> assertThat(server.requests()).isGreaterThan(1_000));
  }

  /**
   * A request fails only if it was sent to the server that stops: that server answers 503, or its
   * connection breaks. A client waits for one answer at a time on each connection, so when the
   * server closes all connections, at most one request of each client breaks.
   */
  @Test
  void onlyRequestsThatWereSentToAServerFailWhenItStops() throws Exception {
    try (BalancerProcess process = start()) {
      CompletableFuture<LoadReport> running = new CompletableFuture<>();
      Queue<RawResponse> refusals = new ConcurrentLinkedQueue<>();
      Thread client =
          new Thread(() -> complete(running, () -> load(process, 10_000, refusals::add)));
      client.start();
      NamedServer stopped = servers.get(2);
      await().until(() -> stopped.requests() > 500);
      stopped.close();
      LoadReport report = running.get();

      int answered = report.byStatus().getOrDefault(200, 0);
      long refusedByServer = refusals.stream().filter(BalancingContract::isByService).count();
      assertThat(10_000 - answered - refusedByServer)
          .as("broken after they were sent: %s", report)
          .isLessThanOrEqualTo(CONNECTIONS);
      assertThat(report.mismatches() + report.errors())
          .as("answers that are not 200 and right: %s", report)
          .isEqualTo(10_000 - answered);
      assertThat(bodies()).as("requests sent twice").doesNotHaveDuplicates();
      assertThat(servers.get(0).requests() + servers.get(1).requests())
          .as("requests that the others got: %s", report)
          .isLessThanOrEqualTo(answered);
      assertThat(stopped.requests()).isLessThan(5_000);

      LoadReport afterwards = load(process, 1_000);
      assertThat(afterwards.isAll(200)).as("%s", afterwards).isTrue();
    }
  }

  private static boolean isByService(RawResponse response) {
    return response.status() == 503
        && response.header("Content-Type").orElse("").equals("application/problem+json");
  }

  private interface Task {
    LoadReport run() throws Exception;
  }

  private static void complete(CompletableFuture<LoadReport> result, Task task) {
    try {
      result.complete(task.run());
    } catch (Exception e) {
      result.completeExceptionally(e);
    }
  }

  @Test
  void noRequestFailsWhereAServerWasGoneBefore() throws Exception {
    servers.get(0).close();
    try (BalancerProcess process = start()) {
      LoadReport report = load(process, 1_000);
      assertThat(report.isAll(200)).as("%s", report).isTrue();
    }
    assertThat(servers.get(1).requests()).isPositive();
    assertThat(servers.get(2).requests()).isPositive();
  }

  @Test
  void aServerThatComesBackIsUsedAgain() throws Exception {
    NamedServer gone = servers.get(0);
    int port = gone.port();
    gone.close();
    try (BalancerProcess process = start(List.of(NamedServer.info(port), servers.get(1).info()))) {
      assertThat(load(process, 100).isAll(200)).isTrue();
      NamedServer back = new NamedServer("back", port, NamedServer.PATH);
      servers.add(back);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> load(process, 20).isAll(200) && back.requests() > 0);
    }
  }

  @Test
  void aPostThatWasSentIsNotSentAgainWhenItsConnectionBreaks() throws Exception {
    try (BreakingServer one = new BreakingServer();
        BreakingServer two = new BreakingServer();
        BalancerProcess process = start(List.of(one.info(), two.info()))) {
      RawResponse response = process.call(RawRequest.post(PATH, "once"));
      assertThat(response.status()).isIn(502, 503);
      assertThat(one.requests() + two.requests()).isEqualTo(1);
    }
  }

  @Test
  void serversAreToldWhoAskedForWhat() throws Exception {
    try (BalancerProcess process = start()) {
      String host = "service.example:8443";
      RawRequest request =
          new RawRequest("POST", PATH + "/below?a=%2F", "HTTP/1.1", List.of(), new byte[0])
              .header("Host", host)
              .body("text".getBytes(UTF_8));
      assertThat(process.call(request).status()).isEqualTo(200);
      RequestMessage received =
          servers.stream().flatMap(server -> server.received().stream()).findFirst().orElseThrow();
      assertThat(received.method()).isEqualTo("POST");
      assertThat(received.uri()).isEqualTo(PATH + "/below?a=%2F");
      assertThat(header(received, "Host")).containsExactly(host);
      // For a client on its own machine Envoy gives another address of the machine.
      assertThat(header(received, "X-Forwarded-For"))
          .singleElement()
          .matches(NetUtil::isValidIpV4Address);
      assertThat(header(received, "X-Forwarded-Host")).containsExactly(host);
      assertThat(header(received, "X-Forwarded-Proto")).containsExactly("http");
      assertThat(header(received, "X-Forwarded-Port"))
          .containsExactly(Integer.toString(process.port()));
    }
  }

  private static List<String> header(RequestMessage request, String name) {
    return request.headers().stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .toList();
  }

  @Test
  void bodiesMayBeAsLargeAsTheServiceTakesThem() throws Exception {
    try (BalancerProcess process = start()) {
      String largest = "x".repeat(NamedServer.MAX_BODY_SIZE);
      RawRequest sized = RawRequest.post(PATH, largest);
      RawRequest chunked = RawRequest.of("POST", PATH).chunked(largest.getBytes(UTF_8), 4096);
      assertThat(process.call(sized)).returns(200, RawResponse::status);
      assertThat(process.call(chunked)).returns(200, RawResponse::status);
      assertThat(bodies()).containsExactly(largest, largest);
      byte[] larger = new byte[NamedServer.MAX_BODY_SIZE + 1];
      try (RawHttp http = process.connect()) {
        http.send(RawRequest.post(PATH, larger).head());
        http.send(larger);
        assertThat(http.read().status()).isEqualTo(413);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/other", "/apis", "/api/../other", "/api/%2e%2e/other", "/other/api"})
  void otherServicesOnTheSamePortStayHidden(String path) throws Exception {
    NamedServer server = servers.get(0);
    try (NamedServer other = new NamedServer("other", server.port(), "other");
        BalancerProcess process = start(List.of(server.info()))) {
      assertThat(process.call(RawRequest.get(path)).status()).isIn(400, 404);
      assertThat(process.call(RawRequest.get(PATH)).status()).isEqualTo(200);
      assertThat(other.requests()).isZero();
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void parametersOfThePathAreAnySegment() throws Exception {
    try (NamedServer users = new NamedServer("users", 0, "v1/users/{user}/score");
        BalancerProcess process =
            start(List.of(NamedServer.info(users.port(), "v1/users/{user}/score")))) {
      for (String path : List.of("/v1/users/score", "/v1/users/a/b/score", "/v1/users/a/scores")) {
        assertThat(process.call(RawRequest.get(path)).status()).as(path).isIn(400, 404);
      }
      assertThat(users.requests()).isZero();
      List<String> its = List.of("/v1/users/ann/score", "/v1/users/ann/score/below?x=y");
      for (String path : its) {
        assertThat(process.call(RawRequest.get(path)).status()).as(path).isEqualTo(200);
      }
      assertThat(users.received()).extracting(RequestMessage::uri).isEqualTo(its);
    }
  }

  @Test
  void aServiceAtRootGetsAllPathsButThoseThatTellOfIt() throws Exception {
    List<String> its = List.of("/", "/any", "/any/v1?x=y", "/metrics/any", "/livezz", "/_servings");
    List<String> hidden =
        List.of(
            "/livez",
            "/readyz",
            "/metrics",
            "/metrics?x",
            "/_serving",
            "/_serving/status",
            "/./metrics",
            "/m%65trics",
            "/metrics;a=b",
            "/any/../metrics");
    try (NamedServer root = new NamedServer("root", 0, "/");
        BalancerProcess process = start(List.of(NamedServer.info(root.port(), "")))) {
      for (String path : hidden) {
        assertThat(process.call(RawRequest.get(path)).status()).as(path).isIn(400, 404);
      }
      assertThat(root.requests()).isZero();
      for (String path : its) {
        assertThat(process.call(RawRequest.get(path)).status()).as(path).isEqualTo(200);
      }
      assertThat(root.received()).extracting(RequestMessage::uri).isEqualTo(its);
    }
  }
}
