package io.sparkserving.server.connection;

import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;

/** Tells whether a client whose request was read is still there. */
public final class ClientWatch {
  private ClientWatch() {}

  /**
   * Whether the client has closed its connection, or its half of it, or has reset the request's
   * stream. Does not block. To be asked for a request whose body was read, before its answer is
   * sent: with HTTP/1.1 nobody else reads from the connection then. A connection of HTTP/2 is read
   * all the time, by which its session knows the stream's end.
   */
  public static boolean isGone(Request request) {
    Connection connection = request.getConnectionMetaData().getConnection();
    if (connection instanceof HTTP2Connection http2) {
      return http2.getSession().getStream(Integer.parseInt(request.getId())) == null;
    }
    EndPoint endPoint = endPoint(request);
    return !endPoint.isOpen()
        || (endPoint instanceof WatchedEndPoint watched && watched.isClosedByClient());
  }

  /** The connection's socket, whether TLS is spoken on it or not. */
  static EndPoint endPoint(Request request) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    return endPoint instanceof SslConnection.SslEndPoint secured
        ? secured.getSslConnection().getEndPoint()
        : endPoint;
  }
}
