package io.sparkserving.driver.cluster;

import io.sparkserving.channel.MachineAddress;
import io.sparkserving.options.Hosts;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.worker.Announcement;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once if servers listen where the gateway, on the driver's machine, cannot reach them. */
final class GatewayReach {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayReach.class);

  private final ServiceConfiguration configuration;
  private final String machineAddress;
  private final boolean onlyLocal;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * Makes a check for the gateway of this service; may wait for the host's name to be looked up.
   */
  GatewayReach(ServiceConfiguration configuration) {
    this.configuration = configuration;
    this.machineAddress = MachineAddress.get();
    this.onlyLocal = Hosts.isLoopback(configuration.host());
  }

  /** Logs a warning for the first server that cannot be reached; does not wait. */
  void check(List<Announcement> servers) {
    if (!onlyLocal) {
      return;
    }
    servers.stream()
        .filter(server -> !server.machineAddress().equals(machineAddress))
        .findFirst()
        .filter(server -> warned.compareAndSet(false, true))
        .ifPresent(this::warn);
  }

  private void warn(Announcement server) {
    LOG.warn(
        "Gateway of service '{}' cannot reach the server of executor {}, which listens at {} of"
            + " another machine, {}. Set host to 0.0.0.0, and gateway.host to where clients come"
            + " in.",
        configuration.name(),
        server.executorId(),
        configuration.host(),
        server.machineAddress());
  }
}
