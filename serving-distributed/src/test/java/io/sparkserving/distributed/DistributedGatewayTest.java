package io.sparkserving.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three executors behind one address, and what clients see when one of them is killed. */
@Tag("everything")
class DistributedGatewayTest {

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() throws Exception {
    spark =
        ExecutorCluster.start(
            ClusterService.EXECUTORS, 1, Map.of("spark.decommission.enabled", "true"));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void theGatewayPassesRequestsToAllServers() throws Exception {
    int gateway = freePort();
    try (ClusterService service = startWithGateway("gateway", gateway)) {
      Set<String> executors = ConcurrentHashMap.newKeySet();
      LoadReport report =
          service.load(
              new LoadClient(gateway, 21, 500, Duration.ofMinutes(2)),
              number -> number,
              (port, body, response) -> {
                executors.add(ClusterService.executorIn(response));
                return ClusterService.endsWith(body, response);
              });

      service.assertEachGetsItsOwn(List.of(report));
      assertThat(executors).hasSize(ClusterService.EXECUTORS);
    }
    try (ServerSocket free = new ServerSocket()) {
      free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway));
    }
  }

  @Test
  void gatewayAndServersSpeakTls(@TempDir Path folder) throws Exception {
    int gateway = freePort();
    TestCertificate certificate = TestCertificate.make(folder, "gateway", "RSA");
    Map<String, String> options = new HashMap<>(certificate.options());
    options.put("gateway.port", Integer.toString(gateway));
    options.put("internal.tls", "true");
    options.put("auth.tokens", "0123456789abcdef");
    try (ClusterService service =
            ClusterService.start(spark, "tls", options, ClusterService::withExecutor);
        RawHttp client = RawHttp.connect(certificate.client(), gateway)) {
      Set<String> executors = new HashSet<>();
      RawRequest request =
          service.request("hello").header("Authorization", "Bearer 0123456789abcdef");
      for (int i = 0; i < 4 * ClusterService.EXECUTORS; i++) {
        RawResponse response = client.call(request);
        assertThat(response.text()).endsWith(" hello");
        executors.add(ClusterService.executorIn(response));
      }
      assertThat(executors).hasSize(ClusterService.EXECUTORS);
      assertThat(client.call(service.request("unknown")).status()).isEqualTo(401);
      try (RawHttp direct = RawHttp.connect(certificate.client(), service.ports().get(0))) {
        assertThat(direct.call(request).text()).endsWith(" hello");
      }
      try (RawHttp told = RawHttp.connect(certificate.client(), gateway)) {
        RawRequest where = RawRequest.get("/_serving/services/tls");
        assertThat(told.call(where).status()).isEqualTo(401);
        assertThat(told.call(where.header("X-API-Key", "0123456789abcdef")).text())
            .contains("\"scheme\":\"https\"");
      }
    }
  }

  @Test
  void aKilledExecutorCostsAPersistentClientOfTheGatewayNothing() throws Exception {
    int gateway = freePort();
    try (ClusterService service = startWithGateway("killed_behind", gateway)) {
      ProcessHandle victim = processOf(service, service.ports().get(0));
      LoadReport report =
          service.load(
              new LoadClient(gateway, 24, 1_000, Duration.ofMinutes(3)).trying(5),
              number -> {
                if (number == 250) {
                  victim.destroyForcibly();
                }
                return number;
              },
              (port, body, response) -> ClusterService.endsWith(body, response));

      assertThat(victim.isAlive()).isFalse();
      service.assertEachGetsItsOwn(List.of(report));
      assertIsWholeAgain(service);
    }
  }

  @Test
  void aKilledExecutorTakesOnlyItsOwnConnectionsAndIsReplaced() throws Exception {
    try (ClusterService service =
        ClusterService.start(spark, "killed", ClusterService::withExecutor)) {
      int deadPort = service.ports().get(0);
      ProcessHandle victim = processOf(service, deadPort);
      List<Integer> others = service.ports().subList(1, service.ports().size());
      ExecutorService background = Executors.newSingleThreadExecutor();
      try (RawHttp dying = RawHttp.connect(deadPort)) {
        Future<List<LoadReport>> loaded =
            background.submit(
                () ->
                    service.load(
                        others,
                        24,
                        1_000,
                        (port, body, response) -> ClusterService.endsWith(body, response)));
        assertThat(dying.call(service.request("before")).status()).isEqualTo(200);
        victim.destroyForcibly();

        await()
            .atMost(Duration.ofSeconds(5))
            .untilAsserted(
                () -> assertThat(ClusterService.portsOf("killed")).doesNotContain(deadPort));
        assertThat(dying.closedByServer()).isTrue();
        assertThatThrownBy(() -> service.post(deadPort, "after")).isInstanceOf(IOException.class);
        service.assertEachGetsItsOwn(loaded.get(3, TimeUnit.MINUTES));
        assertIsWholeAgain(service);
      } finally {
        background.shutdownNow();
      }
    }
  }

  @Test
  void aDecommissionedExecutorIsDrainedAndReplaced() throws Exception {
    int gateway = freePort();
    try (ClusterService service = startWithGateway("decommissioned", gateway)) {
      int port = service.ports().get(0);
      String executor = ClusterService.executorIn(service.post(port, "who"));
      ProcessHandle process = ClusterService.process(executor);
      LoadReport report =
          service.load(
              new LoadClient(gateway, 24, 3_000, Duration.ofMinutes(3)).trying(5),
              number -> {
                if (number == 250) {
                  ExecutorCluster.decommission(spark, executor.split(":")[0]);
                }
                return number;
              },
              (at, body, response) -> ClusterService.endsWith(body, response));
      System.out.println(report);

      // What waited there when Spark gave up the executor is answered, as no task comes for it.
      assertThat(report.errors()).isZero();
      assertThat(report.byStatus().keySet()).isSubsetOf(200, 503);
      assertThat(report.byStatus().getOrDefault(503, 0)).isLessThanOrEqualTo(24);
      await().atMost(Duration.ofSeconds(20)).until(() -> !process.isAlive());
      assertIsWholeAgain(service);
    }
  }

  private static ClusterService startWithGateway(String name, int gateway) throws Exception {
    return ClusterService.start(
        spark,
        name,
        Map.of("gateway.port", Integer.toString(gateway)),
        ClusterService::withExecutor);
  }

  private static ProcessHandle processOf(ClusterService service, int port) throws IOException {
    return ClusterService.process(ClusterService.executorIn(service.post(port, "who")));
  }

  /** Spark replaces the executor, and the new one serves. */
  private static void assertIsWholeAgain(ClusterService service) throws IOException {
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () ->
                assertThat(ClusterService.portsOf(service.name()))
                    .hasSize(ClusterService.EXECUTORS));
    for (int port : ClusterService.portsOf(service.name())) {
      assertThat(service.post(port, "again").text()).endsWith(" again");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
