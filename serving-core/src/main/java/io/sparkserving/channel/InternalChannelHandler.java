package io.sparkserving.channel;

import io.sparkserving.exchange.LimitedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages of other JVMs to the peers of this one. A message without that peer's secret is
 * answered 403 before any of its body is read.
 */
final class InternalChannelHandler extends Handler.Abstract.NonBlocking {
  static final String PEER = "Serving-Server-Id";
  static final String SECRET = "Serving-Secret";

  private static final LimitedLog REFUSED = LimitedLog.of(InternalChannelHandler.class);
  private static final LimitedLog INVALID = LimitedLog.of(InternalChannelHandler.class);
  private static final LimitedLog FAILED = LimitedLog.of(InternalChannelHandler.class);

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    ChannelPeer peer = authenticated(request);
    if (peer == null) {
      REFUSED.warn(
          "", "Refused a message on the internal channel from {}", Request.getRemoteAddr(request));
      refuse("nobody of that name, or another secret", response, callback);
      return true;
    }
    Content.Source.asByteBuffer(
        request,
        new Promise<>() {
          @Override
          public void succeeded(ByteBuffer message) {
            try {
              respond(peer, request, BufferUtil.toArray(message), response, callback);
            } catch (Throwable e) {
              // Nobody else would tell the sender, who waits.
              callback.failed(e);
              throw e;
            }
          }

          @Override
          public void failed(Throwable failure) {
            callback.failed(failure);
          }
        });
    return true;
  }

  private static void refuse(String reason, Response response, Callback callback) {
    response.setStatus(HttpStatus.FORBIDDEN_403);
    Content.Sink.write(response, true, reason, callback);
  }

  private static @Nullable ChannelPeer authenticated(Request request) {
    String id = request.getHeaders().get(PEER);
    String secret = request.getHeaders().get(SECRET);
    if (id == null || secret == null) {
      return null;
    }
    ChannelPeer peer = ChannelPeers.find(id);
    return peer != null && peer.secret(path(request)).matches(secret) ? peer : null;
  }

  private static String path(Request request) {
    return String.valueOf(request.getHttpURI().getCanonicalPath());
  }

  private static void respond(
      ChannelPeer peer, Request request, byte[] message, Response response, Callback callback) {
    CompletableFuture<byte[]> answer;
    try {
      answer = peer.receive(path(request), message);
    } catch (IOException e) {
      INVALID.warn("", "Invalid message on the internal channel", e);
      Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
      return;
    }
    answer.whenComplete(
        (bytes, failure) -> {
          try {
            answer(bytes, failure, request, response, callback);
          } catch (Throwable e) {
            // The future keeps it to itself.
            callback.failed(e);
            throw e;
          }
        });
  }

  private static void answer(
      byte @Nullable [] bytes,
      @Nullable Throwable failure,
      Request request,
      Response response,
      Callback callback) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (bytes != null) {
      response.write(true, ByteBuffer.wrap(bytes), callback);
    } else if (cause instanceof ChannelRefusedException) {
      refuse(String.valueOf(cause.getMessage()), response, callback);
    } else {
      FAILED.warn("", "Cannot answer a message on the internal channel", failure);
      Response.writeError(request, response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500);
    }
  }
}
