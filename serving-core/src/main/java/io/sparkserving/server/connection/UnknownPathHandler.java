package io.sparkserving.server.connection;

import io.sparkserving.exchange.Problems;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers 404 to whatever nobody before it has answered. */
public final class UnknownPathHandler extends Handler.Abstract.NonBlocking {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getCanonicalPath();
    EarlyAnswer.send(
        request, response, callback, Problems.unknownPath(path == null ? "this address" : path));
    return true;
  }
}
