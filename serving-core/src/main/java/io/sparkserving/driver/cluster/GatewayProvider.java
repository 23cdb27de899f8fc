package io.sparkserving.driver.cluster;

import io.sparkserving.exchange.HealthSource;
import io.sparkserving.options.ServiceConfiguration;
import java.util.List;
import java.util.ServiceLoader;

/** Who can put one address in front of all servers of a service; found as a Java service. */
public interface GatewayProvider {
  /** One address in front of all servers. */
  interface RunningGateway {
    /** The port that is bound. */
    int port();

    /** How many requests were sent to another server, or again, so far. */
    long retries();

    /** From now on these are the servers. Must not wait. */
    void setServers(List<Backend> servers);

    /** Answers 503 to whatever comes from now on. */
    void refuse();

    /** Frees the port, after a bounded wait for what is open. */
    void stop();
  }

  /**
   * Starts a gateway.
   *
   * @param health what it tells of its servers to probes
   * @throws java.io.UncheckedIOException if its port cannot be bound
   */
  RunningGateway start(ServiceConfiguration configuration, HealthSource health);

  /**
   * The one on the class path.
   *
   * @throws IllegalStateException if there is none
   */
  static GatewayProvider find() {
    return ServiceLoader.load(GatewayProvider.class, GatewayProvider.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Unsupported option gateway.port: add serving-distributed, or the bundle, to"
                        + " the class path."));
  }
}
