package io.sparkserving.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.server.worker.WorkerServer;
import io.sparkserving.testing.DriverProcess;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.StandaloneCluster;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors of a standalone cluster, which outlive their driver for a moment. */
@Tag("everything")
class DistributedDriverLossTest {

  private static final int EXECUTORS = 2;
  private static final Duration LOST = Duration.ofSeconds(WorkerServer.LOST_SECONDS);

  private final List<RawHttp> held = new ArrayList<>();
  private final List<ProcessHandle> executors = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private StandaloneCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private DriverProcess driver;

  @SuppressWarnings("NullAway.Init")
  private List<Integer> ports;

  @BeforeEach
  void holdARequestOnEveryExecutor(@TempDir Path folder) throws Exception {
    cluster = StandaloneCluster.start(EXECUTORS);
    driver = DriverProcess.start(folder, HeldClusterDriver.class, cluster.master());
    driver.awaitLine(HeldClusterDriver.NAME);
    ports =
        driver
            .read()
            .lines()
            .filter(line -> line.startsWith(HeldClusterDriver.PORTS))
            .map(line -> Integer.valueOf(line.substring(HeldClusterDriver.PORTS.length())))
            .toList();
    assertThat(ports).hasSize(EXECUTORS);
    for (int port : ports) {
      try (RawHttp http = RawHttp.connect(port)) {
        RawResponse response = http.readTimeout(Duration.ofSeconds(70)).call(request("who"));
        executors.add(ClusterService.process(ClusterService.executorIn(response)));
      }
    }
    for (int port : ports) {
      held.add(RawHttp.connect(port).send(request("hold")).readTimeout(Duration.ofSeconds(50)));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (RawHttp http : held) {
      http.close();
    }
    driver.close();
    cluster.close();
  }

  @Test
  void executorsOfAKilledDriverAnswer503AndEnd() throws Exception {
    driver.kill();
    assertHeldAreAnswered503();
    await()
        .atMost(LOST)
        .untilAsserted(() -> assertThat(executors).noneMatch(ProcessHandle::isAlive));
    assertPortsAreGone();
  }

  /** As when the network parts them: connections stay, and nobody says anything. */
  @Test
  void serversOfADriverThatIsSilentAnswer503AfterHalfAMinute() throws Exception {
    long start = System.nanoTime();
    driver.freeze();
    assertHeldAreAnswered503();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(LOST.minusSeconds(6), LOST.plusSeconds(15));
    for (int port : ports) {
      try (RawHttp http = RawHttp.connect(port)) {
        assertThat(http.call(request("who")).status()).isEqualTo(503);
      }
    }
    assertThat(executors).allMatch(ProcessHandle::isAlive);
  }

  private void assertHeldAreAnswered503() {
    List<CompletableFuture<RawResponse>> answers =
        held.stream().map(http -> CompletableFuture.supplyAsync(() -> read(http))).toList();
    for (CompletableFuture<RawResponse> answer : answers) {
      RawResponse response = answer.join();
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.header("Content-Type")).contains("application/problem+json");
    }
  }

  private static RawResponse read(RawHttp http) {
    try {
      return http.read();
    } catch (IOException e) {
      throw new AssertionError("No answer", e);
    }
  }

  private void assertPortsAreGone() {
    for (int port : ports) {
      assertThatThrownBy(() -> RawHttp.connect(port)).isInstanceOf(ConnectException.class);
    }
  }

  private static RawRequest request(String body) {
    return RawRequest.post("/" + HeldClusterDriver.NAME, body);
  }
}
