package io.sparkserving.server.listener;

import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.server.management.ManagementPort;
import org.jspecify.annotations.Nullable;

/** A service that can be reached over HTTP, until it is closed. */
public final class BoundService {
  private static final long LAST_REPLIES_MILLIS = 2_000;

  private final ServerExchanges service;
  private final HttpListener listener;
  private final @Nullable ManagementPort management;

  BoundService(
      ServerExchanges service, HttpListener listener, @Nullable ManagementPort management) {
    this.service = service;
    this.listener = listener;
    this.management = management;
  }

  BoundService managedAt(ManagementPort port) {
    return new BoundService(service, listener, port);
  }

  /** What is served. */
  public ServerExchanges service() {
    return service;
  }

  /** The port that was bound. */
  public int port() {
    return listener.localPort();
  }

  /**
   * Answers what is open with 503 and frees path and port. Takes no longer than about two seconds,
   * however slow the clients are.
   */
  public void close() {
    service.close(LAST_REPLIES_MILLIS);
    HttpListeners.release(service, listener);
    if (management != null) {
      management.leave(service);
    }
  }
}
