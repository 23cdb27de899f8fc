package io.sparkserving.distributed.gateway;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.server.connection.EarlyAnswer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One client's request from the first attempt to the answer. One thread at a time uses it: the
 * client's, then, after each failed attempt, the thread that tells of the failure.
 */
final class ProxiedRequest {
  private final ClientBody body;
  private final Response response;
  private final Callback callback;
  private final TriedServers tried = new TriedServers();

  ProxiedRequest(Request request, Response response, Callback callback) {
    this.body = new ClientBody(request);
    this.response = response;
    this.callback = Callback.from(callback, body::forget);
  }

  ClientBody body() {
    return body;
  }

  Response response() {
    return response;
  }

  Callback callback() {
    return callback;
  }

  /** Returns an attempt at the next server; null if no server is left to try. */
  @Nullable Attempt next(Backends backends) {
    BackendLoad server = tried.next(backends);
    return server == null ? null : new Attempt(this, server);
  }

  /** Leaves out, from now on, a server to which no connection could be made. */
  void unreachable(BackendLoad server) {
    tried.unreachable(server);
  }

  /** Counts a connection that was closed before use; a new one to the same server may do. */
  void stale(BackendLoad server) {
    tried.stale(server);
  }

  /** Answers with a problem of the gateway's own, and drops what an attempt had prepared. */
  void answer(ReplyMessage problem) {
    response.reset();
    EarlyAnswer.send(new ClientBody.Reader(body), response, callback, problem);
  }

  /** Closes the connection without an answer. */
  void abandon(Throwable failure) {
    callback.failed(failure);
  }
}
