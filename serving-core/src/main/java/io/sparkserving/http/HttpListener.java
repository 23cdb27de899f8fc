package io.sparkserving.http;

import io.sparkserving.directory.StatusHandler;
import io.sparkserving.exchange.Service;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.transport.RequestBuffers;
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
  HttpListener(String host, int port, TransportConfiguration transport) {
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
    return new HandOverHandler(
        new Handler.Sequence(
            new ServiceHandler(services),
            new HealthHandler(services::withoutManagementPort),
            new MetricsHandler(services::withoutManagementPort),
            StatusHandler.at(services::withoutManagementPort),
            new UnknownPathHandler()));
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
  void start(Service first) {
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
