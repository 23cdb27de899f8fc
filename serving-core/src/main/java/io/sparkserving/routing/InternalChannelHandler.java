package io.sparkserving.routing;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.LocalServices;
import io.sparkserving.exchange.Service;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other JVMs may ask of this one. A message without the secret of the service that it names is
 * answered 403 before any of its body is read.
 */
final class InternalChannelHandler extends Handler.Abstract.NonBlocking {
  static final String SERVER_ID = "Serving-Server-Id";
  static final String SECRET = "Serving-Secret";
  static final String REPLIES = "/replies";
  static final String REDELIVERIES = "/redeliveries";

  private static final Logger LOG = LoggerFactory.getLogger(InternalChannelHandler.class);

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Service service = authenticated(request);
    if (service == null) {
      LOG.warn("Refused a message on the internal channel from {}", Request.getRemoteAddr(request));
      Response.writeError(request, response, callback, HttpStatus.FORBIDDEN_403);
      return true;
    }
    Content.Source.asByteBuffer(
        request,
        new Promise<>() {
          @Override
          public void succeeded(ByteBuffer message) {
            respond(service, request, BufferUtil.toArray(message), response, callback);
          }

          @Override
          public void failed(Throwable failure) {
            callback.failed(failure);
          }
        });
    return true;
  }

  private static @Nullable Service authenticated(Request request) {
    String serverId = request.getHeaders().get(SERVER_ID);
    String secret = request.getHeaders().get(SECRET);
    if (serverId == null || secret == null) {
      return null;
    }
    Service service = LocalServices.find(serverId);
    return service != null && service.secret().matches(secret) ? service : null;
  }

  private static void respond(
      Service service, Request request, byte[] message, Response response, Callback callback) {
    try {
      byte[] answer =
          switch (String.valueOf(request.getHttpURI().getCanonicalPath())) {
            case REPLIES -> acceptReplies(service, message);
            case REDELIVERIES -> redeliver(service, message);
            default -> throw new IOException("Unsupported path");
          };
      response.write(true, ByteBuffer.wrap(answer), callback);
    } catch (IOException e) {
      LOG.warn("Invalid message on the internal channel", e);
      Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
    }
  }

  private static byte[] acceptReplies(Service service, byte[] message) throws IOException {
    for (ReplyBatch.Entry entry : ReplyBatch.read(message)) {
      service.answer(entry.requestId(), entry.reply());
    }
    return new byte[0];
  }

  private static byte[] redeliver(Service service, byte[] message) throws IOException {
    Redelivery asked = Redelivery.read(message);
    List<Exchange> exchanges =
        service.leases().redeliver(asked.key(), asked.attempt(), asked.lastAttempt());
    return Redelivery.idsToBytes(exchanges);
  }
}
