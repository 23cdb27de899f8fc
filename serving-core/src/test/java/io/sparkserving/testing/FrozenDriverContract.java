package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver that stands still for as long as its servers wait for it, and then goes on. */
@Tag("everything")
public abstract class FrozenDriverContract {
  private static final int EXECUTORS = 2;
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(90);
  private static final Duration SERVED_AGAIN = Duration.ofMinutes(1);

  private final String format;

  /** Makes the contract of a format, whose query does not end batches by itself. */
  protected FrozenDriverContract(String format) {
    this.format = format;
  }

  @Test
  void allExecutorsServeSoonAfterTheirDriverThaws(@TempDir Path folder) throws Exception {
    int gateway = freePort();
    try (StandaloneCluster cluster = StandaloneCluster.start(EXECUTORS);
        DriverProcess driver =
            DriverProcess.start(
                folder,
                GatewayDriver.class,
                cluster.master(),
                Integer.toString(gateway),
                Integer.toString(EXECUTORS),
                format)) {
      driver.awaitLine(GatewayDriver.NAME);
      List<Integer> ports =
          driver
              .read()
              .lines()
              .filter(line -> line.startsWith(GatewayDriver.PORT))
              .map(line -> Integer.valueOf(line.substring(GatewayDriver.PORT.length())))
              .toList();
      assertThat(ports).hasSize(EXECUTORS);
      awaitServed(gateway, Duration.ofMinutes(2));

      driver.freeze();
      await()
          .atMost(LONGEST_SILENCE)
          .untilAsserted(
              () -> {
                for (int port : ports) {
                  assertThat(refuses(port)).as("server at port %d", port).isTrue();
                }
              });
      driver.thaw();

      awaitServed(gateway, SERVED_AGAIN);
      assertThat(readiness(gateway)).isEqualTo(200);
    }
  }

  /** Waits until every executor has answered a request to the gateway. */
  private static void awaitServed(int gateway, Duration most) {
    Set<String> executors = new HashSet<>();
    long begun = System.nanoTime();
    await()
        .atMost(most)
        .untilAsserted(
            () -> {
              RawResponse response = post(gateway);
              assertThat(response.status()).as("%s", response.text()).isEqualTo(200);
              executors.add(response.text());
              assertThat(executors).hasSize(EXECUTORS);
            });
    System.out.printf(
        "served by all after %d ms%n", Duration.ofNanos(System.nanoTime() - begun).toMillis());
  }

  private static RawResponse post(int port) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.call(RawRequest.post("/" + GatewayDriver.NAME, "who"));
    }
  }

  private static boolean refuses(int port) throws IOException {
    try {
      return readiness(port) == 503;
    } catch (ConnectException e) {
      return true;
    }
  }

  private static int readiness(int port) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.call(RawRequest.get("/readyz")).status();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
