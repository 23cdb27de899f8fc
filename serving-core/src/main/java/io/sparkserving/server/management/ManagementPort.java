package io.sparkserving.server.management;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.OperationsConfiguration;
import io.sparkserving.server.connection.PublicPort;
import io.sparkserving.server.connection.UnknownPathHandler;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Management paths on a port of their own, with threads of their own. Those services of this JVM
 * that ask for the same address share a port, which closes with the last of them.
 */
public final class ManagementPort {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementPort.class);
  private static final int MOST_PORT = 65_535;

  @GuardedBy("ManagementPort.class")
  private static final List<ManagementPort> OPEN = new ArrayList<>();

  private final OperationsConfiguration asked;
  private final List<ServerExchanges> services = new CopyOnWriteArrayList<>();
  private final PublicPort port;

  private ManagementPort(OperationsConfiguration asked, int requestedPort) {
    this.asked = asked;
    this.port =
        PublicPort.forOperators(
            "spark-serving-management-" + requestedPort, asked.managementHost(), requestedPort);
  }

  private Handler handlers() {
    List<Handler> handlers = new ArrayList<>();
    handlers.add(new HealthHandler(() -> services));
    handlers.addAll(ServerOperations.find().managementHandlers(() -> services));
    handlers.add(new UnknownPathHandler());
    return new Handler.Sequence(handlers);
  }

  /**
   * Adds a service that asks for such a port, which is opened if it is not there.
   *
   * @param attempts how many ports may be tried, from the one asked for
   * @throws UncheckedIOException if none of these ports can be bound
   */
  public static synchronized ManagementPort join(ServerExchanges exchanges, int attempts) {
    OperationsConfiguration wanted = exchanges.configuration().operations();
    ManagementPort joined =
        OPEN.stream().filter(open -> open.isFor(wanted)).findFirst().orElse(null);
    if (joined == null) {
      joined = openFirstFree(exchanges, attempts);
      OPEN.add(joined);
    }
    joined.services.add(exchanges);
    LOG.info(
        "Management paths of service '{}' at {}:{}",
        exchanges.configuration().name(),
        wanted.managementHost(),
        joined.port.number());
    return joined;
  }

  private boolean isFor(OperationsConfiguration wanted) {
    int wantedPort = wanted.managementPort().orElseThrow();
    return wantedPort != 0
        && wanted.managementHost().equals(asked.managementHost())
        && (wanted.equals(asked) || wantedPort == port.number());
  }

  private static ManagementPort openFirstFree(ServerExchanges exchanges, int attempts) {
    int first = exchanges.configuration().operations().managementPort().orElseThrow();
    int last = first == 0 ? 0 : Math.min(MOST_PORT, first + attempts - 1);
    for (int port = first; port < last; port++) {
      try {
        return open(exchanges, port);
      } catch (UncheckedIOException e) {
        LOG.debug("Port {} is taken, trying the next", port, e);
      }
    }
    return open(exchanges, last);
  }

  private static ManagementPort open(ServerExchanges exchanges, int port) {
    ManagementPort opened = new ManagementPort(exchanges.configuration().operations(), port);
    opened.port.start(
        opened.handlers(),
        "the management of service '%s'".formatted(exchanges.configuration().name()));
    return opened;
  }

  /** Takes a service out, and closes the port behind the last one. */
  public void leave(ServerExchanges exchanges) {
    synchronized (ManagementPort.class) {
      services.remove(exchanges);
      if (services.isEmpty() && OPEN.remove(this)) {
        port.stop();
      }
    }
  }
}
