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
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    if (endPoint instanceof SslConnection.SslEndPoint secured) {
      endPoint = secured.getSslConnection().getEndPoint();
    }
    return !endPoint.isOpen()
        || (endPoint instanceof WatchingConnector.WatchedEndPoint watched
            && watched.isClosedByClient());
  }
}
