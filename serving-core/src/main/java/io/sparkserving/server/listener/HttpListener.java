package io.sparkserving.server.listener;

import io.sparkserving.channel.RequestBuffers;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.server.connection.ListenerThreads;
import io.sparkserving.server.connection.ProblemErrorHandler;
import io.sparkserving.server.connection.PublicConnector;
import io.sparkserving.server.connection.UnknownPathHandler;
import io.sparkserving.server.management.HealthHandler;
import io.sparkserving.server.management.ServerOperations;
import io.sparkserving.server.steps.ServiceHandler;
import io.sparkserving.server.steps.ServicePaths;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;

/** One Jetty server on one host and port, with the services whose paths it knows. */
final class HttpListener {
  private final ServicePaths services;
  private final String host;
  private final int requestedPort;
  private final TransportConfiguration transport;
  private final Server server;
  private final ServerConnector connector;

  /**
   * @throws IllegalArgumentException if the files that TLS needs are not what they should be
   */
  public HttpListener(String host, int port, TransportConfiguration transport) {
    this.host = host;
    this.requestedPort = port;
    this.transport = transport;
    String name = "spark-serving-http-" + port;
    // Jetty's own timer is no daemon, and would keep a JVM alive whose program has ended.
    Scheduler timer = new ScheduledExecutorScheduler(name + "-timer", true);
    this.server = RequestBuffers.server(new ListenerThreads(name), timer);
    this.services = new ServicePaths(server);
    this.connector = PublicConnector.create(server, host, port, transport);
    server.addConnector(connector);
    server.setHandler(steps());
    server.setErrorHandler(new ProblemErrorHandler());
    server.setStopAtShutdown(false);
    server.setStopTimeout(0);
  }

  /** Who is asked to answer, in order. A service's own path comes first, whatever it is called. */
  private Handler steps() {
    List<Handler> steps = new ArrayList<>();
    steps.add(new ServiceHandler(services));
    steps.add(new HealthHandler(services::withoutManagementPort));
    steps.addAll(ServerOperations.find().managementHandlers(services::withoutManagementPort));
    steps.add(new UnknownPathHandler());
    return new ListenerThreadsHandler(new Handler.Sequence(steps));
  }

  boolean isFor(String otherHost, int otherPort) {
    return otherPort != 0 && otherPort == localPort() && host.equals(otherHost);
  }

  /** What its services have in common. */
  TransportConfiguration transport() {
    return transport;
  }

  ServicePaths services() {
    return services;
  }

  int localPort() {
    return connector.getLocalPort();
  }

  /** Binds, then serves. */
  void start(ServerExchanges first) {
    services.putIfAbsent(first);
    PublicConnector.open(connector, "service '%s'".formatted(first.configuration().name()));
    try {
      server.start();
    } catch (Exception e) {
      stop();
      throw new IllegalStateException(
          "Cannot start the HTTP server on %s:%d".formatted(host, requestedPort), e);
    }
  }

  /** Closes the port and every connection. */
  void stop() {
    int port = localPort();
    try {
      connector.close();
      server.stop();
      PublicConnector.awaitFree(host, port);
    } catch (Exception e) {
      throw new IllegalStateException(
          "Cannot stop the HTTP server on %s:%d".formatted(host, requestedPort), e);
    }
  }
}
