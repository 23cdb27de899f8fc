package io.sparkserving.server.connection;

import io.sparkserving.exchange.BodyBudget;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The bytes of request bodies that came on one connection. */
public final class ConnectionBodies {
  private ConnectionBodies() {}

  /**
   * Has a reader told that a request's connection is closed. With HTTP/2, a stream that begins
   * while its session fails is not told by Jetty.
   */
  public static void watchClose(Request request, Consumer<Throwable> reader) {
    if (ClientWatch.endPoint(request) instanceof WatchedEndPoint watched) {
      watched.watchClose(reader);
    }
  }

  /** Has a reader told no more. */
  public static void unwatchClose(Request request, Consumer<Throwable> reader) {
    if (ClientWatch.endPoint(request) instanceof WatchedEndPoint watched) {
      watched.unwatchClose(reader);
    }
  }

  /**
   * Returns what a request's connection holds; null where a connection has one request at a time,
   * as with HTTP/1.1.
   */
  public static @Nullable BodyBudget find(Request request) {
    if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
      return null;
    }
    return ClientWatch.endPoint(request) instanceof WatchedEndPoint watched
        ? watched.bodies()
        : null;
  }
}
