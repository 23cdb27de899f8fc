package io.sparkserving.distributed;

import io.sparkserving.coordination.Backend;
import io.sparkserving.coordination.GatewayProvider;
import io.sparkserving.distributed.gateway.Backends;
import io.sparkserving.distributed.gateway.Gateway;
import io.sparkserving.distributed.gateway.GatewayConfiguration;
import io.sparkserving.options.ServiceConfiguration;
import java.util.List;

/** The gateway, for every mode that has servers in executors. */
public final class DistributedGatewayProvider implements GatewayProvider {

  @Override
  public RunningGateway start(ServiceConfiguration configuration) {
    Backends backends = new Backends();
    GatewayConfiguration wanted =
        new GatewayConfiguration(
            configuration.name(),
            configuration.gatewayHost(),
            configuration.gatewayPort().orElse(0),
            configuration.path(),
            configuration.requestTimeout());
    return new ServiceGateway(Gateway.start(wanted, backends), backends);
  }

  private record ServiceGateway(Gateway gateway, Backends backends) implements RunningGateway {
    @Override
    public int port() {
      return gateway.port();
    }

    @Override
    public void setServers(List<Backend> servers) {
      backends.set(servers);
    }

    @Override
    public void stop() {
      gateway.stop();
    }
  }
}
