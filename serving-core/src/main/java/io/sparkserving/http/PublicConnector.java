package io.sparkserving.http;

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

/** What every port that clients call has in common: how HTTP is read on it, and how it is bound. */
public final class PublicConnector {
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

  private PublicConnector() {}

  /** A connector of that server; port 0 leaves the choice to the operating system. */
  public static ServerConnector create(Server server, String host, int port) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(16 << 10);
    http.setUriCompliance(AS_SENT);
    ServerConnector connector = new WatchingConnector(server, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    return connector;
  }

  /**
   * Binds the port.
   *
   * @param owner who needs it, for the message
   * @throws UncheckedIOException if the address cannot be bound
   */
  public static void open(ServerConnector connector, String owner) {
    try {
      connector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen on %s:%d for %s: %s. Stop what uses the port, or choose another."
              .formatted(connector.getHost(), connector.getPort(), owner, reason(e)),
          e);
    }
  }

  /** The operating system's own words, which Jetty wraps. */
  private static String reason(IOException e) {
    Throwable innermost = e.getCause() == null ? e : e.getCause();
    return String.valueOf(innermost.getMessage());
  }

  /**
   * Waits, for a second at most, until a port that was closed can be bound again. A child process
   * that is just being started has a copy of the closed socket for a moment.
   */
  public static void awaitFree(String host, int port) {
    long deadline = System.nanoTime() + PORT_FREE_TIMEOUT.toNanos();
    while (port > 0 && !isFree(host, port) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  private static boolean isFree(String host, int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
