package io.sparkserving.server.connection;

import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;

/** Tells whether a client whose request was read is still there. */
final class ClientWatch {
  private ClientWatch() {}

  /**
   * Whether the client has closed its connection, or its half of it. Does not block. To be asked
   * for a request whose body was read, before its answer is sent.
   */
  static boolean isGone(Request request) {
    EndPoint endPoint = endPoint(request);
    return !endPoint.isOpen()
        || (endPoint instanceof WatchingConnector.WatchedEndPoint watched
            && watched.isClosedByClient());
  }

  /** The connection's socket, whether TLS is spoken on it or not. */
  static EndPoint endPoint(Request request) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    return endPoint instanceof SslConnection.SslEndPoint secured
        ? secured.getSslConnection().getEndPoint()
        : endPoint;
  }
}
