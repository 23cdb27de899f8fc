package io.sparkserving.operations.balancing;

import io.sparkserving.server.ServerInfo;
import java.time.Duration;
import java.util.List;

/** Services to write configuration for. */
final class BalancedServices {
  static final int LISTEN_PORT = 8080;
  static final ServiceLimits LIMITS =
      new ServiceLimits(Duration.ofSeconds(60), 32L << 20, Duration.ofSeconds(90));

  private BalancedServices() {}

  static ServerInfo server(String host, int port, String machineAddress) {
    return new ServerInfo("My API", host, port, "v1/my.api", machineAddress, null, "http");
  }

  /** One of a service with TLS. */
  static ServerInfo secureServer() {
    return new ServerInfo("My API", "0.0.0.0", 8443, "v1/my.api", "10.0.0.1", null, "https");
  }

  static ServerInfo executor(String machineAddress) {
    return server("0.0.0.0", 8888, machineAddress);
  }

  static BalancedService of(ServerInfo... servers) {
    return new BalancedService("My API", List.of(servers), LIMITS, LISTEN_PORT, null);
  }

  static BalancedService inPods(boolean driverIsPod, ServerInfo... servers) {
    return new BalancedService(
        "My API",
        List.of(servers),
        LIMITS,
        LISTEN_PORT,
        new SparkOnKubernetes("jobs", "spark-0123", "driver-svc.jobs.svc", driverIsPod));
  }
}
