package io.sparkserving.http;

import io.sparkserving.exchange.Service;
import io.sparkserving.options.ServiceConfiguration;
import java.util.ArrayList;
import java.util.List;

/**
 * The listeners of this JVM. A per-JVM singleton: services that name the same host and port share a
 * listener, which closes with the last of them.
 */
public final class HttpListeners {
  private static final List<HttpListener> LISTENERS = new ArrayList<>();

  private HttpListeners() {}

  /**
   * Makes a service reachable. When this returns, its port is bound and answers.
   *
   * @throws java.io.UncheckedIOException if the address cannot be bound
   * @throws IllegalStateException if another service has the path
   */
  public static BoundService bind(Service service) {
    synchronized (LISTENERS) {
      ServiceConfiguration wanted = service.configuration();
      for (HttpListener listener : LISTENERS) {
        if (listener.isFor(wanted.host(), wanted.port())) {
          Service other = listener.services().putIfAbsent(service);
          if (other != null) {
            throw new IllegalStateException(
                "Cannot serve '%s' at %s:%d/%s: service '%s' is there already."
                    .formatted(
                        wanted.name(),
                        wanted.host(),
                        wanted.port(),
                        wanted.path(),
                        other.configuration().name()));
          }
          return new BoundService(service, listener);
        }
      }
      HttpListener listener = new HttpListener(wanted.host(), wanted.port());
      listener.start(service);
      LISTENERS.add(listener);
      return new BoundService(service, listener);
    }
  }

  static void release(Service service, HttpListener listener) {
    synchronized (LISTENERS) {
      // The last service keeps its path until the port is closed: it answers 503, not 404.
      if (listener.services().isOnly(service) && LISTENERS.remove(listener)) {
        listener.stop();
      }
      listener.services().remove(service);
    }
  }
}
