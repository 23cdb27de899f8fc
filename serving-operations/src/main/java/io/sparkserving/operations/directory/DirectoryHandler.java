package io.sparkserving.operations.directory;

import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.server.connection.EarlyAnswer;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests below {@code /_serving/}, a path that no service can have. All other requests go
 * to the handler that this one wraps, or are answered 404 where there is none. Jetty's own threads
 * never wait here.
 */
public final class DirectoryHandler extends Handler.Wrapper {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryHandler.class);
  private static final String PREFIX = "/_serving/";

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getCanonicalPath();
    if (path != null && path.startsWith(PREFIX)) {
      answer(path.substring(PREFIX.length()), request, response, callback);
      return true;
    }
    if (super.handle(request, response, callback)) {
      return true;
    }
    EarlyAnswer.send(
        request, response, callback, Problems.unknownPath(path == null ? "this address" : path));
    return true;
  }

  private void answer(String path, Request request, Response response, Callback callback) {
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      EarlyAnswer.send(request, response, callback, Problems.methodNotAllowed("GET, HEAD"));
      return;
    }
    DirectoryRequest asked = new DirectoryRequest(path, request.getHttpURI().getQuery());
    // Names of machines may have to be looked up.
    request
        .getComponents()
        .getExecutor()
        .execute(() -> EarlyAnswer.send(request, response, callback, reply(asked)));
  }

  private static ReplyMessage reply(DirectoryRequest asked) {
    try {
      return ServiceDirectory.answer(asked);
    } catch (RuntimeException e) {
      LOG.warn("Cannot tell of a service", e);
      return Problems.noDirectory();
    }
  }
}
