package io.sparkserving.server.steps;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.server.connection.EarlyAnswer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets requests of {@link LocalCallers} pass, and answers others before their body has come. Runs
 * on the listener's threads, or one that has brought a reply.
 */
final class LocalCallersHandler implements Request.Handler {
  private final LocalCallers callers;
  private final Request.Handler next;

  LocalCallersHandler(LocalCallers callers, Request.Handler next) {
    this.callers = callers;
    this.next = next;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    ReplyMessage refusal = callers.refusal(request);
    if (refusal == null) {
      return next.handle(request, response, callback);
    }
    EarlyAnswer.send(request, response, callback, refusal);
    return true;
  }
}
