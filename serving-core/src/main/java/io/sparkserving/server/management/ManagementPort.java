package io.sparkserving.server.management;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.channel.RequestBuffers;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.OperationsConfiguration;
import io.sparkserving.server.connection.ProblemErrorHandler;
import io.sparkserving.server.connection.PublicConnector;
import io.sparkserving.server.connection.UnknownPathHandler;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Management paths on a port of their own, with threads of their own. Those services of this JVM
 * that ask for the same address share it; it closes with the last of them.
 */
public final class ManagementPort {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementPort.class);
  private static final int THREADS = 16;
  private static final int MOST_PORT = 65_535;

  @GuardedBy("ManagementPort.class")
  private static final List<ManagementPort> OPEN = new ArrayList<>();

  private final OperationsConfiguration asked;
  private final List<ServerExchanges> services = new CopyOnWriteArrayList<>();
  private final Server server;
  private final ServerConnector connector;

  private ManagementPort(OperationsConfiguration asked, int port) {
    this.asked = asked;
    String name = "spark-serving-management-" + port;
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
    threads.setName(name);
    threads.setDaemon(true);
    this.server =
        RequestBuffers.server(threads, new ScheduledExecutorScheduler(name + "-timer", true));
    this.connector = PublicConnector.create(server, asked.managementHost(), port);
    server.addConnector(connector);
    List<Handler> handlers = new ArrayList<>();
    handlers.add(new HealthHandler(() -> services));
    handlers.addAll(ServerOperations.find().managementHandlers(() -> services));
    handlers.add(new UnknownPathHandler());
    server.setHandler(new Handler.Sequence(handlers));
    server.setErrorHandler(new ProblemErrorHandler());
    server.setStopAtShutdown(false);
    server.setStopTimeout(0);
  }

  /**
   * Adds a service that asks for such a port, which is opened if it is not there.
   *
   * @param attempts how many ports may be tried, from the one asked for
   * @throws UncheckedIOException if none of them can be bound
   */
  public static synchronized ManagementPort join(ServerExchanges service, int attempts) {
    OperationsConfiguration wanted = service.configuration().operations();
    ManagementPort port = OPEN.stream().filter(open -> open.isFor(wanted)).findFirst().orElse(null);
    if (port == null) {
      port = openFirstFree(service, attempts);
      OPEN.add(port);
    }
    port.services.add(service);
    LOG.info(
        "Management paths of service '{}' at {}:{}",
        service.configuration().name(),
        wanted.managementHost(),
        port.connector.getLocalPort());
    return port;
  }

  private boolean isFor(OperationsConfiguration wanted) {
    int port = wanted.managementPort().orElseThrow();
    return port != 0
        && wanted.managementHost().equals(asked.managementHost())
        && (wanted.equals(asked) || port == connector.getLocalPort());
  }

  private static ManagementPort openFirstFree(ServerExchanges service, int attempts) {
    int first = service.configuration().operations().managementPort().orElseThrow();
    int last = first == 0 ? 0 : Math.min(MOST_PORT, first + attempts - 1);
    for (int port = first; port < last; port++) {
      try {
        return open(service, port);
      } catch (UncheckedIOException e) {
        LOG.debug("Port {} is taken, trying the next", port, e);
      }
    }
    return open(service, last);
  }

  private static ManagementPort open(ServerExchanges service, int port) {
    ManagementPort opened = new ManagementPort(service.configuration().operations(), port);
    PublicConnector.open(
        opened.connector,
        "the management of service '%s'".formatted(service.configuration().name()));
    try {
      opened.server.start();
    } catch (Exception e) {
      opened.stop();
      throw new IllegalStateException("Cannot start the management server on port " + port, e);
    }
    return opened;
  }

  /** Takes a service out; whoever is the last closes the port. */
  public void leave(ServerExchanges service) {
    synchronized (ManagementPort.class) {
      services.remove(service);
      if (services.isEmpty() && OPEN.remove(this)) {
        stop();
      }
    }
  }

  private void stop() {
    int port = connector.getLocalPort();
    try {
      connector.close();
      server.stop();
      PublicConnector.awaitFree(asked.managementHost(), port);
    } catch (Exception e) {
      throw new IllegalStateException("Cannot stop the management server on port " + port, e);
    }
  }
}
