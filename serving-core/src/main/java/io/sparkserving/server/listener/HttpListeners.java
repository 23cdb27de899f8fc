package io.sparkserving.server.listener;

import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.server.management.ManagementPort;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of this JVM. A per-JVM singleton: services that name the same host and port share a
 * listener, which closes with the last of them.
 */
public final class HttpListeners {
  private static final Logger LOG = LoggerFactory.getLogger(HttpListeners.class);
  private static final int MOST_PORT = 65_535;
  private static final List<HttpListener> LISTENERS = new ArrayList<>();

  private HttpListeners() {}

  /**
   * Makes a service reachable. When this returns, its port is bound and answers.
   *
   * @throws java.io.UncheckedIOException if the address cannot be bound
   * @throws IllegalStateException if another service has the path, or has other options for TLS or
   *     HTTP/2 at the port
   * @throws IllegalArgumentException if files that the options name cannot be used
   */
  public static BoundService bind(ServerExchanges exchanges) {
    return managed(bind(exchanges, exchanges.configuration().port()), 1);
  }

  /**
   * Makes a service reachable as {@link #bind} does, at the first port from the configured one on
   * that is free. One at which another server of the service has the path is not, such as that of
   * another partition, or one that is still closing.
   *
   * @throws java.io.UncheckedIOException if none of {@code maxPortAttempts} can be bound
   * @throws IllegalStateException if another service of this JVM has the path at one of them, or
   *     the same one at the last
   */
  public static BoundService bindFirstFree(ServerExchanges exchanges) {
    return managed(firstFree(exchanges), exchanges.configuration().maxPortAttempts());
  }

  private static BoundService firstFree(ServerExchanges exchanges) {
    ServiceConfiguration wanted = exchanges.configuration();
    int last = wanted.port() == 0 ? 0 : wanted.port() + wanted.maxPortAttempts() - 1;
    for (int port = wanted.port(); port < Math.min(last, MOST_PORT); port++) {
      try {
        return bind(exchanges, port);
      } catch (TakenPathException e) {
        if (!e.isBySameService()) {
          throw e;
        }
        LOG.debug("Port {} is taken, trying the next", port, e);
      } catch (UncheckedIOException e) {
        LOG.debug("Port {} is taken, trying the next", port, e);
      }
    }
    return bind(exchanges, Math.min(last, MOST_PORT));
  }

  /** With its management paths, if they are to be on a port of their own. */
  private static BoundService managed(BoundService bound, int attempts) {
    if (bound.exchanges().configuration().operations().managementPort().isEmpty()) {
      return bound;
    }
    try {
      return bound.managedAt(ManagementPort.join(bound.exchanges(), attempts));
    } catch (RuntimeException e) {
      try {
        bound.close();
      } catch (RuntimeException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
  }

  private static BoundService bind(ServerExchanges exchanges, int port) {
    synchronized (LISTENERS) {
      ServiceConfiguration wanted = exchanges.configuration();
      TransportConfiguration transport = wanted.operations().transport();
      for (HttpListener listener : LISTENERS) {
        if (listener.isFor(wanted.host(), port)) {
          if (!listener.transport().equals(transport)) {
            throw new IllegalStateException(
                ("Cannot serve '%s' at %s:%d: the services there have other tls options, or another"
                        + " http2, maxConnections, idleTimeout or receiveTimeout. Set the same, or"
                        + " choose another port.")
                    .formatted(wanted.name(), wanted.host(), port));
          }
          ServerExchanges other = listener.services().putIfAbsent(exchanges);
          if (other != null) {
            throw new TakenPathException(wanted, port, other.configuration());
          }
          return new BoundService(exchanges, listener, null);
        }
      }
      HttpListener listener = new HttpListener(wanted.host(), port, transport);
      listener.start(exchanges);
      LISTENERS.add(listener);
      return new BoundService(exchanges, listener, null);
    }
  }

  static void release(ServerExchanges exchanges, HttpListener listener) {
    synchronized (LISTENERS) {
      // The last service keeps its path until the port is closed: it answers 503, not 404.
      try {
        if (listener.services().isOnly(exchanges) && LISTENERS.remove(listener)) {
          listener.stop();
        }
      } finally {
        listener.services().remove(exchanges);
      }
    }
  }
}
