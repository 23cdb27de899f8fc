package io.sparkserving.operations.openapi;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.server.connection.EarlyAnswer;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers with a service's OpenAPI document, which the driver knows. The handler runs on Jetty's
 * threads, and on the thread that brings the driver's answer, and never waits.
 */
public final class DescriptionHandler implements Request.Handler {
  private static final LimitedLog FAILED = LimitedLog.of(DescriptionHandler.class);
  private static final List<Header> HEADERS =
      List.of(
          new Header("Content-Type", "application/json"),
          new Header("X-Content-Type-Options", "nosniff"),
          new Header("Cache-Control", "no-store"));

  private final ServerExchanges server;

  public DescriptionHandler(ServerExchanges server) {
    this.server = server;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    server
        .description()
        .whenComplete(
            (document, failure) ->
                EarlyAnswer.sendMade(request, response, callback, () -> reply(document, failure)));
    return true;
  }

  private static ReplyMessage reply(byte @Nullable [] document, @Nullable Throwable failure) {
    if (document == null) {
      FAILED.warn("", "Cannot describe a service", failure);
      return Problems.notDescribed();
    }
    return new ReplyMessage(200, HEADERS, document);
  }
}
