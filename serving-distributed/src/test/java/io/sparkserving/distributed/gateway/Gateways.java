package io.sparkserving.distributed.gateway;

import static org.awaitility.Awaitility.await;

import io.sparkserving.driver.cluster.Backend;
import io.sparkserving.options.ConnectionLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** Gateways and addresses for tests. */
final class Gateways {
  static final long MAX_BODY_SIZE = 32 << 20;

  private Gateways() {}

  static GatewayConfiguration configuration(Duration requestTimeout) {
    return new GatewayConfiguration(
        "api",
        "localhost",
        0,
        "api",
        requestTimeout,
        MAX_BODY_SIZE,
        Optional.empty(),
        ConnectionLimits.DEFAULT,
        Optional.empty());
  }

  static Gateway start(Backends backends) {
    return Gateway.start(configuration(Duration.ofSeconds(30)), backends);
  }

  static Backends to(BackendServer... servers) {
    Backends backends = new Backends();
    backends.set(Arrays.stream(servers).map(BackendServer::backend).toList());
    return backends;
  }

  /** An address that nobody listens on. */
  static Backend nobody(String id) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      return new Backend(id, "localhost", socket.getLocalPort());
    }
  }

  /** The count goes down when the last byte is written, so a client may be a moment ahead. */
  static void awaitIdle(Backends backends) {
    await().atMost(Duration.ofSeconds(20)).until(() -> openRequests(backends) == 0);
  }

  static int openRequests(Backends backends) {
    return backends.outstanding().values().stream().mapToInt(Integer::intValue).sum();
  }
}
