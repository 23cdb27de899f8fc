package io.sparkserving.distributed.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.server.connection.ClientWatch;
import java.time.Duration;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A client's request on its way to one server. Jetty's proxy sees it as the client's request; a
 * further attempt is a new object with the same body. Safe for the threads of both connections.
 */
final class Attempt extends ClientBody.Reader {
  private final ProxiedRequest proxied;
  private final BackendLoad server;

  @GuardedBy("this")
  private @Nullable RecallableEndPoint endPoint;

  @GuardedBy("this")
  private boolean recalled;

  @GuardedBy("this")
  private boolean answering;

  @GuardedBy("this")
  private boolean left;

  @GuardedBy("this")
  private boolean ended;

  Attempt(ProxiedRequest proxied, BackendLoad server) {
    super(proxied.body());
    this.proxied = proxied;
    this.server = server;
  }

  ProxiedRequest proxied() {
    return proxied;
  }

  BackendLoad server() {
    return server;
  }

  /** Returns true once: to the caller that is to settle what the attempt has come to. */
  synchronized boolean end() {
    boolean first = !ended;
    ended = true;
    if (first && endPoint != null) {
      endPoint.waitsFor(null);
    }
    return first;
  }

  /** Notes the connection, to which nothing is written yet. */
  synchronized void begin(org.eclipse.jetty.client.Connection connection) {
    RecallableEndPoint used = RecallableEndPoint.of(((Connection) connection).getEndPoint());
    used.beginRequest();
    endPoint = used;
    if (recalled) {
      used.recallRequest();
    }
  }

  /** Returns false until there is a connection, whose ends have agreed on TLS if they use it. */
  synchronized boolean isConnected() {
    return endPoint != null && endPoint.isConnected();
  }

  /**
   * Returns true if no byte of the request has left this process, and none will. Only then is it
   * safe to send the request again: not even a server that was killed can have seen it.
   */
  synchronized boolean recall() {
    recalled = endPoint == null || endPoint.recallRequest();
    return recalled;
  }

  /** Lets the server's time run, as all of the request is sent. */
  synchronized void awaitAnswer(Duration timeout) {
    if (endPoint != null && !answering && !ended) {
      endPoint.setIdleTimeout(timeout.toMillis());
      endPoint.waitsFor(this);
    }
  }

  /**
   * Lets the server know if the client has left. The server then does not compute the request, if
   * it has not begun to, as for a client of its own. Does not block.
   */
  synchronized void lookAfterClient() {
    // Once the answer is through, the next request is Jetty's to read from the client.
    if (endPoint != null && !answering && !ended && !left && ClientWatch.isGone(this)) {
      left = true;
      endPoint.endOutput();
    }
  }

  /** Returns whether the server was told that the client has left. */
  synchronized boolean hasClientLeft() {
    return left;
  }

  /** Notes that the answer comes, as fast as the client takes it. */
  synchronized void takeAnswer(Duration stallTimeout) {
    answering = true;
    if (endPoint != null) {
      endPoint.waitsFor(null);
      endPoint.setIdleTimeout(stallTimeout.toMillis());
    }
  }
}
