package io.sparkserving.distributed.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A client's request on its way to one server. Jetty's proxy sees it as the client's request; a
 * further attempt is a new one with the same body. Safe for the threads of both connections.
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

  /** True once: for whoever is to settle what the attempt has come to. */
  synchronized boolean end() {
    boolean first = !ended;
    ended = true;
    return first;
  }

  /** There is a connection, and nothing is written to it yet. */
  synchronized void begin(org.eclipse.jetty.client.Connection connection) {
    RecallableEndPoint used = RecallableEndPoint.of(((Connection) connection).getEndPoint());
    used.beginRequest();
    endPoint = used;
    if (recalled) {
      used.recallRequest();
    }
  }

  /** False before there is a connection, and as long as its ends have not agreed on TLS. */
  synchronized boolean isConnected() {
    return endPoint != null && endPoint.isConnected();
  }

  /**
   * True if no byte of the request has left this process, and none will. Only then is it safe to
   * send it again: not even a server that was killed can have seen it.
   */
  synchronized boolean recall() {
    recalled = endPoint == null || endPoint.recallRequest();
    return recalled;
  }

  /** All of the request is sent: now the server's time runs. */
  synchronized void awaitAnswer(Duration timeout) {
    if (endPoint != null && !answering) {
      endPoint.setIdleTimeout(timeout.toMillis());
    }
  }

  /** The answer comes, as fast as the client takes it. */
  synchronized void takeAnswer(Duration stallTimeout) {
    answering = true;
    if (endPoint != null) {
      endPoint.setIdleTimeout(stallTimeout.toMillis());
    }
  }
}
