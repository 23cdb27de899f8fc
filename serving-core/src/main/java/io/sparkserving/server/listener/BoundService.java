package io.sparkserving.server.listener;

import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.server.management.ManagementPort;
import org.jspecify.annotations.Nullable;

/** One server of a service that can be reached over HTTP, until it is closed. */
public final class BoundService {
  private static final long LAST_REPLIES_MILLIS = 2_000;

  private final ServerExchanges exchanges;
  private final HttpListener listener;
  private final @Nullable ManagementPort management;

  BoundService(
      ServerExchanges exchanges, HttpListener listener, @Nullable ManagementPort management) {
    this.exchanges = exchanges;
    this.listener = listener;
    this.management = management;
  }

  BoundService managedAt(ManagementPort port) {
    return new BoundService(exchanges, listener, port);
  }

  /** The server's requests. */
  public ServerExchanges exchanges() {
    return exchanges;
  }

  /** The port that was bound. */
  public int port() {
    return listener.localPort();
  }

  /**
   * Answers what is open with 503 and frees path and port, each step though the one before failed.
   * Takes no longer than about two seconds, however slow the clients are.
   */
  public void close() {
    try {
      exchanges.close(LAST_REPLIES_MILLIS);
    } finally {
      try {
        HttpListeners.release(exchanges, listener);
      } finally {
        if (management != null) {
          management.leave(exchanges);
        }
      }
    }
  }
}
