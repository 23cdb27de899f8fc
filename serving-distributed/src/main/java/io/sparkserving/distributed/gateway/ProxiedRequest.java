package io.sparkserving.distributed.gateway;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.server.connection.EarlyAnswer;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One client's request from the first attempt to the answer. One thread at a time: the client's,
 * then, after each failed attempt, the one that tells of the failure.
 */
final class ProxiedRequest {
  /** More stale connections in a row than this are no coincidence. */
  private static final int MOST_STALE = 16;

  private final ClientBody body;
  private final Response response;
  private final Callback callback;
  private final Set<BackendLoad> unreachable = new HashSet<>();
  private int stale;

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

  /** Where to try next; null if there is nothing left to try. */
  @Nullable Attempt next(Backends backends) {
    BackendLoad server = stale > MOST_STALE ? null : backends.acquire(unreachable);
    return server == null ? null : new Attempt(this, server);
  }

  /** No connection could be made: not there again. */
  void unreachable(BackendLoad server) {
    unreachable.add(server);
  }

  /** The connection was closed before it was used: a new one to the same server may do. */
  void stale() {
    stale++;
  }

  /** Ends with a problem of the gateway's own; whatever an attempt had prepared is dropped. */
  void answer(ReplyMessage problem) {
    response.reset();
    EarlyAnswer.send(new ClientBody.Reader(body), response, callback, problem);
  }

  /** Ends without an answer: the connection is closed. */
  void abandon(Throwable failure) {
    callback.failed(failure);
  }
}
