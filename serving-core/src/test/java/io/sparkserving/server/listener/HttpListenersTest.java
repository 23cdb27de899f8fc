package io.sparkserving.server.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpListenersTest {
  private final HashedWheelTimer timer = new HashedWheelTimer();
  private final List<BoundService> bound = new ArrayList<>();

  @AfterEach
  void closeAll() {
    bound.forEach(BoundService::close);
    timer.stop();
  }

  private BoundService bindFirstFree(int port, int attempts) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.put("path", "api");
    options.put("port", Integer.toString(port));
    options.put("maxPortAttempts", Integer.toString(attempts));
    ServerExchanges exchanges =
        new ServerExchanges(
            ServiceConfiguration.parse(options), timer, InstantSource.system(), NanoClock.SYSTEM);
    BoundService service = HttpListeners.bindFirstFree(exchanges);
    bound.add(service);
    return service;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** As those of two partitions do whose tasks run in one JVM. */
  @Test
  void serversOfOneServiceInOneJvmTakeOnePortAfterTheOther() throws IOException {
    int port = freePort();

    BoundService first = bindFirstFree(port, 16);
    BoundService second = bindFirstFree(port, 16);
    BoundService third = bindFirstFree(port, 16);

    assertThat(first.port()).isGreaterThanOrEqualTo(port);
    assertThat(second.port()).isGreaterThan(first.port());
    assertThat(third.port()).isGreaterThan(second.port());
  }

  @Test
  void aServerThatMayTryOnePortSaysWhoHasIt() throws IOException {
    int port = bindFirstFree(freePort(), 16).port();

    assertThatThrownBy(() -> bindFirstFree(port, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("service 'api' is there already");
  }
}
