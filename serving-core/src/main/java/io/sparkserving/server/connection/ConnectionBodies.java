package io.sparkserving.server.connection;

import io.sparkserving.exchange.BodyBudget;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The bytes of request bodies that came on one connection. */
public final class ConnectionBodies {
  private ConnectionBodies() {}

  /**
   * Returns what a request's connection holds; null where a connection has one request at a time,
   * as with HTTP/1.1.
   */
  public static @Nullable BodyBudget find(Request request) {
    if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
      return null;
    }
    return ClientWatch.endPoint(request) instanceof WatchingConnector.WatchedEndPoint watched
        ? watched.bodies()
        : null;
  }
}
