package io.sparkserving.operations.directory;

import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.server.access.Viewer;
import io.sparkserving.server.connection.EarlyAnswer;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers requests below {@code /_serving/}, a path that no service can have, and leaves all others
 * to the next handler. Jetty's own threads never wait here.
 */
public final class DirectoryHandler extends Handler.Abstract.NonBlocking {
  private static final LimitedLog FAILED = LimitedLog.of(DirectoryHandler.class);
  private static final String PREFIX = "/_serving/";

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getCanonicalPath();
    if (path == null || !path.startsWith(PREFIX)) {
      return false;
    }
    answer(path.substring(PREFIX.length()), request, response, callback);
    return true;
  }

  private void answer(String path, Request request, Response response, Callback callback) {
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      EarlyAnswer.send(request, response, callback, Problems.methodNotAllowed("GET, HEAD"));
      return;
    }
    DirectoryRequest asked =
        new DirectoryRequest(path, request.getHttpURI().getQuery(), Viewer.of(request));
    // Names of machines may have to be looked up.
    request
        .getComponents()
        .getExecutor()
        .execute(() -> EarlyAnswer.sendMade(request, response, callback, () -> reply(asked)));
  }

  private static ReplyMessage reply(DirectoryRequest asked) {
    try {
      return ServiceDirectory.answer(asked);
    } catch (RuntimeException e) {
      FAILED.warn("", "Cannot tell of a service", e);
      return Problems.noDirectory();
    }
  }
}
