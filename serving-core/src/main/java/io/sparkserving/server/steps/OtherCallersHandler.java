package io.sparkserving.server.steps;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.server.connection.EarlyAnswer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Keeps pages of other machines from what a port tells of its services, where none of the services
 * is for them. Runs on the listener's threads, or one that has brought a reply.
 */
public final class OtherCallersHandler extends Handler.Abstract.NonBlocking {
  private final ServicePaths services;

  public OtherCallersHandler(ServicePaths services) {
    this.services = services;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    ReplyMessage refusal = services.refusal(request);
    if (refusal == null) {
      return false;
    }
    EarlyAnswer.send(request, response, callback, refusal);
    return true;
  }
}
