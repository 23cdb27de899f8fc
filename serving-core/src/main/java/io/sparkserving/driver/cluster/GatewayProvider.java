package io.sparkserving.driver.cluster;

import io.sparkserving.exchange.HealthSource;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.ServiceConfiguration;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Puts one address in front of all servers of a service. Found as a Java service; module
 * serving-distributed has the only one.
 */
public interface GatewayProvider {
  /** A gateway that listens. All threads may call all methods. */
  interface RunningGateway {
    /** The gateway's port, also where the option leaves the choice to the system. */
    int port();

    /** How many requests the gateway has sent to another server, or again, so far. */
    long retries();

    /** Passes requests to these servers from now on. Must not wait, as a lock is held. */
    void setServers(List<Backend> servers);

    /** Answers 503 to all requests that come from now on; does not wait. */
    void refuse();

    /** Waits for a bounded time for requests that are open, and frees the port. */
    void stop();
  }

  /**
   * Starts a gateway.
   *
   * @param configuration of the service that asks for the gateway
   * @param health what the gateway tells probes of the servers
   * @param secret of all servers of the service's run
   * @return the gateway, listening, without servers
   * @throws java.io.UncheckedIOException if its port cannot be bound
   */
  RunningGateway start(ServiceConfiguration configuration, HealthSource health, Secret secret);

  /**
   * The provider on the class path.
   *
   * @throws IllegalStateException if there is no provider
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
