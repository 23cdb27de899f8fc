package io.sparkserving.server.connection;

import io.sparkserving.exchange.Problems;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty itself refuses, such as malformed HTTP, in the form of all other problems. */
public final class ProblemErrorHandler implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    new JettyResponder(response, callback)
        .respond(
            Problems.refusedByServer(
                response.getStatus(), message instanceof String text ? text : ""),
            done -> {});
    return true;
  }
}
