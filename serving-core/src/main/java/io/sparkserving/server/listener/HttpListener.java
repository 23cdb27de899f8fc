package io.sparkserving.server.listener;

import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.server.connection.ListenerThreads;
import io.sparkserving.server.connection.PublicPort;
import io.sparkserving.server.connection.UnknownPathHandler;
import io.sparkserving.server.management.HealthHandler;
import io.sparkserving.server.management.ServerOperations;
import io.sparkserving.server.steps.OtherCallersHandler;
import io.sparkserving.server.steps.ServiceHandler;
import io.sparkserving.server.steps.ServicePaths;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Handler;

/** One Jetty server on one host and port, with the services whose paths it knows. */
final class HttpListener {
  private final String host;
  private final TransportConfiguration transport;
  private final PublicPort port;
  private final ServicePaths services;

  /**
   * @throws IllegalArgumentException if the files that TLS needs are not what they should be
   */
  HttpListener(String host, int requestedPort, TransportConfiguration transport) {
    this.host = host;
    this.transport = transport;
    this.port =
        new PublicPort(
            new ListenerThreads("spark-serving-http-" + requestedPort),
            host,
            requestedPort,
            transport);
    this.services = new ServicePaths(port.server());
  }

  /** The handlers in the order in which a request meets them. A service's own path comes first. */
  private Handler steps() {
    List<Handler> steps = new ArrayList<>();
    steps.add(new ServiceHandler(services));
    steps.add(new HealthHandler(services::withoutManagementPort));
    steps.add(new OtherCallersHandler(services));
    steps.addAll(ServerOperations.find().managementHandlers(services::withoutManagementPort));
    steps.add(new UnknownPathHandler());
    return new ListenerThreadsHandler(new Handler.Sequence(steps));
  }

  boolean isFor(String otherHost, int otherPort) {
    return otherPort != 0 && otherPort == localPort() && host.equals(otherHost);
  }

  /** How the port is spoken to, which all services there have in common. */
  TransportConfiguration transport() {
    return transport;
  }

  ServicePaths services() {
    return services;
  }

  int localPort() {
    return port.number();
  }

  /** Binds the port, then serves. */
  void start(ServerExchanges first) {
    services.putIfAbsent(first);
    port.start(steps(), "service '%s'".formatted(first.configuration().name()));
  }

  /** Closes the port and every connection. */
  void stop() {
    port.stop();
  }
}
