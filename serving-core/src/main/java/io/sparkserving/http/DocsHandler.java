package io.sparkserving.http;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import java.util.List;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers with the page to try a service and with what that needs, the same for every service: what
 * it shows it reads from the OpenAPI document. Nothing comes from elsewhere, and the browser is
 * told to see to that. Files are read on other threads than Jetty's own.
 */
final class DocsHandler implements Request.Handler {
  private static final Header POLICY =
      new Header(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
              + " data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors"
              + " 'none'");

  private final String path;

  /**
   * @param path of the page; the files are below it
   */
  DocsHandler(String path) {
    this.path = path;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      EarlyAnswer.send(request, response, callback, Problems.methodNotAllowed("GET, HEAD"));
      return true;
    }
    String asked = request.getHttpURI().getCanonicalPath().substring(path.length());
    request
        .getComponents()
        .getExecutor()
        .execute(() -> EarlyAnswer.send(request, response, callback, reply(asked)));
    return true;
  }

  private ReplyMessage reply(String asked) {
    if (asked.equals("/")) {
      // What the page refers to lies beside it.
      return new ReplyMessage(308, List.of(new Header("Location", "../docs")), new byte[0]);
    }
    DocsFile file = DocsFile.find(asked);
    return file == null ? Problems.unknownPath(path + asked) : reply(file);
  }

  private static ReplyMessage reply(DocsFile file) {
    List<Header> headers =
        List.of(
            new Header("Content-Type", file.mediaType()),
            new Header("Cache-Control", "max-age=3600"),
            new Header("X-Content-Type-Options", "nosniff"),
            POLICY);
    return new ReplyMessage(200, headers, file.read());
  }
}
