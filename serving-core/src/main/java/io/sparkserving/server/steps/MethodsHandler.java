package io.sparkserving.server.steps;

import io.sparkserving.exchange.Problems;
import io.sparkserving.server.connection.EarlyAnswer;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets requests pass whose method is among those of the service. Runs on the listener's threads, or
 * one that has brought a reply.
 */
final class MethodsHandler implements Request.Handler {
  private final Set<String> methods;
  private final Request.Handler next;

  MethodsHandler(Set<String> methods, Request.Handler next) {
    this.methods = methods;
    this.next = next;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (methods.contains(request.getMethod())) {
      return next.handle(request, response, callback);
    }
    EarlyAnswer.send(
        request, response, callback, Problems.methodNotAllowed(String.join(", ", methods)));
    return true;
  }
}
