package io.sparkserving.benchmarks.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/** Answers each body with JSON computed from it, on Jetty's thread, without ever blocking. */
final class JsonHandler extends Handler.Abstract {
  private static final int LARGEST_BODY = 32 << 20;

  /** Computes the body of a reply from the body of a request. */
  @FunctionalInterface
  interface Computation {
    byte[] reply(byte[] body) throws IOException;
  }

  private final Computation computation;

  /**
   * @param declared tells Jetty whether to expect that a call blocks
   */
  JsonHandler(InvocationType declared, Computation computation) {
    super(declared);
    this.computation = computation;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Content.Source.asByteArrayAsync(
        request,
        LARGEST_BODY,
        Promise.Invocable.from(
            InvocationType.NON_BLOCKING,
            body -> reply(request, body, response, callback),
            callback::failed));
    return true;
  }

  private void reply(Request request, byte[] body, Response response, Callback callback) {
    try {
      byte[] reply = computation.reply(body);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.length);
      response.write(true, ByteBuffer.wrap(reply), callback);
    } catch (IOException e) {
      Response.writeError(request, response, callback, 400, "Cannot read the body");
    }
  }
}
