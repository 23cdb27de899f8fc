package io.sparkserving.server.connection;

import io.sparkserving.channel.RequestBuffers;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.server.tls.TlsConnections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** What every port that clients call has in common: how HTTP is read on it, and how it is bound. */
public final class PublicConnector {
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

  /** HTTP/2 for clients that begin with it. Asking for it amid HTTP/1.1 changes nothing. */
  private static final class PriorKnowledge extends HTTP2CServerConnectionFactory {
    private PriorKnowledge(HttpConfiguration http) {
      super(http);
    }

    @Override
    public @Nullable Connection upgradeConnection(
        Connector connector,
        EndPoint endPoint,
        MetaData.Request request,
        HttpFields.Mutable response101) {
      return HttpMethod.PRI.is(request.getMethod())
          ? super.upgradeConnection(connector, endPoint, request, response101)
          : null;
    }
  }

  private PublicConnector() {}

  /**
   * A connector of that server; port 0 leaves the choice to the operating system.
   *
   * @throws IllegalArgumentException if the files that TLS needs are not what they should be
   */
  public static ServerConnector create(
      Server server, String host, int port, TransportConfiguration transport) {
    return create(server, host, port, transport, OpenConnections.CLIENTS);
  }

  /** A connector whose connections count among others of their kind. */
  static ServerConnector create(
      Server server,
      String host,
      int port,
      TransportConfiguration transport,
      OpenConnections open) {
    ServerConnector connector =
        new WatchingConnector(server, host, open, transport.limits(), protocols(transport));
    connector.setPort(port);
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    return connector;
  }

  /** The first one begins a connection. */
  private static ConnectionFactory[] protocols(TransportConfiguration transport) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(16 << 10);
    // More than a reply may have, for what is added to it.
    http.setMaxResponseHeaderSize(2 * ReplyCheck.MOST_HEADER_BYTES);
    http.setUriCompliance(AS_SENT);
    HttpConnectionFactory http1 = RequestBuffers.http1(http);
    if (transport.tls().isEmpty()) {
      return transport.http2()
          ? new ConnectionFactory[] {http1, new PriorKnowledge(http)}
          : new ConnectionFactory[] {http1};
    }
    // Without this one Jetty adds its own, which compares Host with the certificate.
    http.addCustomizer(new SecureRequestCustomizer(false));
    ConnectionFactory choice = http1;
    if (transport.http2()) {
      choice = alpn(http1.getProtocol());
    }
    TlsConnections tls =
        TlsConnections.of(transport.tls().get(), choice.getProtocol(), NanoClock.SYSTEM);
    return transport.http2()
        ? new ConnectionFactory[] {tls, choice, new HTTP2ServerConnectionFactory(http), http1}
        : new ConnectionFactory[] {tls, http1};
  }

  /** Looks for parts of Jetty by the thread's class loader, which need not be that of Jetty. */
  private static ConnectionFactory alpn(String defaultProtocol) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(PublicConnector.class.getClassLoader());
    try {
      ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
      alpn.setDefaultProtocol(defaultProtocol);
      return alpn;
    } finally {
      thread.setContextClassLoader(before);
    }
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
          "Cannot listen on %s:%d for %s: %s"
              .formatted(connector.getHost(), connector.getPort(), owner, reason(e)),
          e);
    }
  }

  /** The operating system's own words, which Jetty wraps, and what to do. */
  private static String reason(IOException e) {
    Throwable innermost = e.getCause() == null ? e : e.getCause();
    return innermost instanceof UnresolvedAddressException
        ? "no address is known for that host. Set a name or an address of this machine."
        : innermost.getMessage() + ". Stop what uses the port, or choose another.";
  }

  /**
   * Waits, for a second at most, until a port that was closed can be bound again. A child process
   * that is just being started has a copy of the closed socket for a moment.
   */
  public static void awaitFree(String host, int port) {
    // How long the operating system takes cannot be told by any other clock.
    NanoClock clock = NanoClock.SYSTEM;
    long deadline = clock.nanoTime() + PORT_FREE_TIMEOUT.toNanos();
    while (port > 0 && !isFree(host, port) && clock.nanoTime() - deadline < 0) {
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
