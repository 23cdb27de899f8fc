package io.sparkserving.balancing;

import io.sparkserving.ServiceInfo;
import java.util.List;

/** Services to write configuration for. */
final class BalancedServices {
  static final int LISTEN_PORT = 8080;

  private BalancedServices() {}

  static ServiceInfo server(String host, int port, String machineAddress) {
    return new ServiceInfo("My API", host, port, "v1/my.api", machineAddress, null, "http");
  }

  /** One of a service with TLS. */
  static ServiceInfo secureServer() {
    return new ServiceInfo("My API", "0.0.0.0", 8443, "v1/my.api", "10.0.0.1", null, "https");
  }

  static ServiceInfo executor(String machineAddress) {
    return server("0.0.0.0", 8888, machineAddress);
  }

  static BalancedService of(ServiceInfo... servers) {
    return new BalancedService(
        "My API", List.of(servers), ServiceLimits.DEFAULT, LISTEN_PORT, null);
  }

  static BalancedService inPods(boolean driverIsPod, ServiceInfo... servers) {
    return new BalancedService(
        "My API",
        List.of(servers),
        ServiceLimits.DEFAULT,
        LISTEN_PORT,
        new SparkOnKubernetes("jobs", "spark-0123", "driver-svc.jobs.svc", driverIsPod));
  }
}
