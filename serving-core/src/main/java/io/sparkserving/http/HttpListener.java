package io.sparkserving.http;

import io.sparkserving.exchange.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** One Jetty server on one host and port, with the services whose paths it knows. */
final class HttpListener {
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PORT_FREE_TIMEOUT = Duration.ofSeconds(1);
  private static final int ACCEPT_QUEUE = 1024;

  /**
   * Queries get the URI as it was sent, so empty segments and encoded slashes are theirs to read.
   */
  private static final UriCompliance AS_SENT =
      UriCompliance.DEFAULT.with(
          "AS_SENT",
          UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
          UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
          UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING);

  private final ServicePaths services = new ServicePaths();
  private final String host;
  private final int requestedPort;
  private final Server server;
  private final ServerConnector connector;

  HttpListener(String host, int port) {
    this.host = host;
    this.requestedPort = port;
    this.server = new Server(threadPool("spark-serving-http-" + port));
    this.connector = connector(server, host, port);
    server.addConnector(connector);
    server.setHandler(new ServiceHandler(services));
    server.setErrorHandler(new ProblemErrorHandler());
    server.setStopAtShutdown(false);
    server.setStopTimeout(0);
  }

  private static QueuedThreadPool threadPool(String name) {
    // Handlers never wait, so a few threads a core are plenty.
    int cores = Runtime.getRuntime().availableProcessors();
    QueuedThreadPool threads = new QueuedThreadPool(Math.max(16, 4 * cores), 4);
    threads.setName(name);
    threads.setDaemon(true);
    return threads;
  }

  private static ServerConnector connector(Server server, String host, int port) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(16 << 10);
    http.setUriCompliance(AS_SENT);
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    return connector;
  }

  /** A child process that is just being started has a copy of the closed socket for a moment. */
  private void awaitFree(int port) {
    long deadline = System.nanoTime() + PORT_FREE_TIMEOUT.toNanos();
    while (port > 0 && !isFree(port) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  private boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  boolean isFor(String otherHost, int otherPort) {
    return otherPort != 0 && otherPort == localPort() && host.equals(otherHost);
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
    try {
      connector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen on %s:%d for service '%s': %s. Stop what uses the port, or choose another."
              .formatted(host, requestedPort, first.configuration().name(), reason(e)),
          e);
    }
    try {
      server.start();
    } catch (Exception e) {
      stop();
      throw new IllegalStateException(
          "Cannot start the HTTP server on %s:%d".formatted(host, requestedPort), e);
    }
  }

  /** The operating system's own words, which Jetty wraps. */
  private static String reason(IOException e) {
    Throwable innermost = e.getCause() == null ? e : e.getCause();
    return String.valueOf(innermost.getMessage());
  }

  /** Closes the port and every connection. */
  void stop() {
    int port = localPort();
    try {
      connector.close();
      server.stop();
      awaitFree(port);
    } catch (Exception e) {
      throw new IllegalStateException(
          "Cannot stop the HTTP server on %s:%d".formatted(host, requestedPort), e);
    }
  }
}
