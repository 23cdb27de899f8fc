package io.sparkserving.continuous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.SupervisedQuery.State;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two executors with a server each, and what clients see when one of them is killed. */
@Tag("everything")
class ContinuousClusterTest {
  private static final int CONNECTIONS = 8;
  private static final int REQUESTS = 400;

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() throws Exception {
    // A core of each executor is for a reader, the other one while that of the other is gone.
    spark =
        ExecutorCluster.start(
            ClusterService.EXECUTORS,
            2,
            Map.of(
                "spark.sql.streaming.realTimeMode.minBatchDuration",
                "500",
                "spark.decommission.enabled",
                "true"));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @ParameterizedTest
  @EnumSource
  void everyServerAnswersFromItsOwnJvm(Mode mode) throws Exception {
    try (ClusterService service =
        ClusterService.start(spark, mode, mode.service("own"), Map.of())) {
      assertEachAnswersFromItsOwnJvm(service);
    }
  }

  private static void assertEachAnswersFromItsOwnJvm(ClusterService service)
      throws InterruptedException {
    Set<String> executors = ConcurrentHashMap.newKeySet();
    for (int port : service.ports()) {
      Set<String> own = ConcurrentHashMap.newKeySet();
      LoadReport report =
          service.load(
              port,
              CONNECTIONS,
              REQUESTS,
              (number, response) -> own.add(ClusterService.executorIn(response)) || true);
      System.out.printf("%s: %.0f requests/s%n", service.name(), report.requestsPerSecond());
      assertThat(report.isAll(200)).as("%s", report).isTrue();
      assertThat(own).as("executors of port %d", port).hasSize(1);
      executors.addAll(own);
    }
    assertThat(executors).hasSize(ClusterService.EXECUTORS);
  }

  @Test
  void repliesReachTheOtherJvmInTheFirstBatch() throws Exception {
    try (ClusterService service =
        ClusterService.start(
            spark,
            Mode.LINGERING,
            "shuffled",
            Map.of(),
            requests ->
                ClusterService.withExecutor(requests.repartition(ClusterService.EXECUTORS)))) {
      for (int port : service.ports()) {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        LoadReport report =
            service.load(
                port,
                CONNECTIONS,
                CONNECTIONS,
                (number, response) -> seen.add(ClusterService.executorIn(response)) || true);
        assertThat(report.isAll(200)).as("%s", report).isTrue();
        assertThat(seen).as("executors of port %d", port).hasSize(ClusterService.EXECUTORS);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aKilledExecutorTakesOnlyItsOwnConnectionsAndIsReplaced(Mode mode) throws Exception {
    ExecutorService background = Executors.newSingleThreadExecutor();
    AtomicBoolean whole = new AtomicBoolean();
    try (ClusterService service =
        ClusterService.start(spark, mode, mode.service("killed"), Map.of())) {
      List<Integer> ports = service.ports();
      int deadPort = ports.get(0);
      int port = ports.get(1);
      ProcessHandle victim = service.process(deadPort);
      try (RawHttp dying = RawHttp.connect(deadPort);
          RawHttp kept = RawHttp.connect(port)) {
        assertThat(dying.call(service.request("before")).status()).isEqualTo(200);
        assertThat(kept.call(service.request("before")).status()).isEqualTo(200);
        Future<Integer> loaded =
            background.submit(() -> assertAllAnsweredUntil(whole, service, port));
        long killed = System.nanoTime();
        victim.destroyForcibly();

        assertThat(dying.closedByServer()).isTrue();
        victim.onExit().get(10, TimeUnit.SECONDS);
        service.awaitGone(deadPort);
        service.awaitAllServers();
        long seconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
        assertEachAnswersFromItsOwnJvm(service);
        whole.set(true);
        System.out.printf(
            "%s: %,d requests to the other server, %d restarts, whole again after %d ms%n",
            service.name(), loaded.get(2, TimeUnit.MINUTES), service.query().restarts(), seconds);
        assertThat(kept.call(service.request("after")).status()).isEqualTo(200);
        assertThat(service.query().state()).isEqualTo(State.RUNNING);
      }
    } finally {
      whole.set(true);
      background.shutdownNow();
    }
  }

  private static int assertAllAnsweredUntil(AtomicBoolean end, ClusterService service, int port)
      throws InterruptedException {
    int sent = 0;
    while (!end.get()) {
      LoadReport report = service.load(port, CONNECTIONS, REQUESTS, (number, response) -> true);
      assertThat(report.isAll(200)).as("%s", report).isTrue();
      sent += REQUESTS;
    }
    return sent;
  }

  @ParameterizedTest
  @EnumSource
  void aDecommissionedExecutorIsDrainedAndReplaced(Mode mode) throws Exception {
    ExecutorService background = Executors.newSingleThreadExecutor();
    AtomicBoolean whole = new AtomicBoolean();
    try (ClusterService service =
        ClusterService.start(
            spark, mode, mode.service("decommissioned"), Map.of("drainDelay", "10s"))) {
      int leaving = service.ports().get(0);
      int port = service.ports().get(1);
      String executor = ClusterService.executorIn(service.post(leaving, "who"));
      ProcessHandle process = service.process(leaving);
      Future<Integer> loaded =
          background.submit(() -> assertAllAnsweredUntil(whole, service, port));
      try (RawHttp kept = RawHttp.connect(leaving)) {
        assertThat(kept.call(service.request("before")).header("Connection")).isEmpty();
        ExecutorCluster.decommission(spark, executor.split(":")[0]);

        service.awaitGone(leaving);
        await().atMost(Duration.ofSeconds(5)).until(() -> readiness(leaving) == 503);
        RawResponse last = kept.call(service.request("after"));
        assertThat(last.status()).as("%s", last.text()).isEqualTo(200);
        assertThat(last.header("Connection")).contains("close");
      }
      process.onExit().get(60, TimeUnit.SECONDS);
      service.awaitAllServers();
      assertEachAnswersFromItsOwnJvm(service);
      whole.set(true);
      System.out.printf(
          "%s: %,d requests to the other server, %d restarts%n",
          service.name(), loaded.get(2, TimeUnit.MINUTES), service.query().restarts());
    } finally {
      whole.set(true);
      background.shutdownNow();
    }
  }

  @Test
  void theGatewayPassesRequestsToAllServers() throws Exception {
    int gateway = freePort();
    try (ClusterService service =
        ClusterService.start(
            spark,
            Mode.CONTINUOUS,
            "behind_gateway",
            Map.of("gateway.port", Integer.toString(gateway)))) {
      Set<String> executors = ConcurrentHashMap.newKeySet();
      LoadReport report =
          service.load(
              gateway,
              CONNECTIONS,
              REQUESTS,
              (number, response) -> executors.add(ClusterService.executorIn(response)) || true);

      assertThat(report.isAll(200)).as("%s", report).isTrue();
      assertThat(executors).hasSize(ClusterService.EXECUTORS);
    }
  }

  private static int readiness(int port) throws IOException {
    try (RawHttp probe = RawHttp.connect(port)) {
      return probe.call(RawRequest.get("/readyz")).status();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
