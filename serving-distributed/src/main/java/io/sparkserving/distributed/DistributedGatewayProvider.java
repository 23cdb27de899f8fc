package io.sparkserving.distributed;

import io.sparkserving.distributed.gateway.Backends;
import io.sparkserving.distributed.gateway.Gateway;
import io.sparkserving.distributed.gateway.GatewayConfiguration;
import io.sparkserving.driver.DriverOperations;
import io.sparkserving.driver.cluster.Backend;
import io.sparkserving.driver.cluster.GatewayProvider;
import io.sparkserving.exchange.HealthSource;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.RateLimitBy;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.connection.UnknownPathHandler;
import io.sparkserving.server.limits.ClientMark;
import io.sparkserving.server.management.HealthHandler;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Handler;

/** Starts the gateway, for every mode that has servers in executors. */
public final class DistributedGatewayProvider implements GatewayProvider {

  @Override
  public RunningGateway start(
      ServiceConfiguration configuration, HealthSource health, Secret secret) {
    Backends backends = new Backends();
    GatewayConfiguration wanted =
        new GatewayConfiguration(
            configuration.name(),
            configuration.gatewayHost(),
            configuration.gatewayPort().orElse(0),
            configuration.path(),
            configuration.requestTimeout(),
            configuration.maxBodySize(),
            configuration.operations().transport().tls(),
            configuration.operations().transport().limits(),
            configuration
                .operations()
                .rateLimit()
                .filter(limit -> limit.by() == RateLimitBy.ADDRESS)
                .map(limit -> new ClientMark(secret)));
    List<Handler> others = new ArrayList<>();
    others.add(new HealthHandler(() -> List.of(health)));
    others.addAll(directory(configuration));
    others.add(new UnknownPathHandler());
    return new ServiceGateway(Gateway.start(wanted, backends, others), backends);
  }

  /** The gateway tells of the service's servers, unless a port of its own is asked for that. */
  private static List<Handler> directory(ServiceConfiguration configuration) {
    return configuration.coordinatorPort().isPresent()
        ? List.of()
        : DriverOperations.find()
            .map(operations -> operations.directoryHandlers(configuration))
            .orElse(List.of());
  }

  private record ServiceGateway(Gateway gateway, Backends backends) implements RunningGateway {
    @Override
    public int port() {
      return gateway.port();
    }

    @Override
    public long retries() {
      return gateway.retries();
    }

    @Override
    public void setServers(List<Backend> servers) {
      backends.set(servers);
    }

    @Override
    public void refuse() {
      gateway.refuse();
    }

    @Override
    public void stop() {
      gateway.stop();
    }
  }
}
