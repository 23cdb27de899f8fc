package io.sparkserving.operations.openapi;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.server.connection.EarlyAnswer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers with what describes a service, where a client gets exactly that: its OpenAPI document,
 * the page to try the service, and the files of the page, which are the same for every service.
 * Everything else is for the query. The handler runs on the listener's threads, or on a thread that
 * has brought a reply; files are read on Jetty's others.
 */
public final class DocsHandler implements Request.Handler {
  /** What the page refers to lies beside it, so it cannot end in a slash. */
  private static final ReplyMessage PAGE_WITHOUT_SLASH =
      new ReplyMessage(308, List.of(new Header("Location", "../docs")), new byte[0]);

  private final Pattern path;
  private final Request.Handler document;
  private final Request.Handler next;

  /**
   * @param path of the service, with a leading slash; empty for a service at /
   * @param document answers with the OpenAPI document
   * @param next gets all other requests
   */
  public DocsHandler(String path, Request.Handler document, Request.Handler next) {
    this.path =
        Pattern.compile(
            path.isEmpty()
                ? ""
                : "\\Q" + path.replaceAll("[{][^}]*[}]", "\\\\E[^/]+\\\\Q") + "\\E");
    this.document = document;
    this.next = next;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return handler(request).handle(request, response, callback);
  }

  private Request.Handler handler(Request request) {
    String asked = asked(request);
    if (asked == null || asked.isEmpty()) {
      return next;
    }
    if (asked.equals("/openapi.json")) {
      return document;
    }
    if (asked.equals("/docs/")) {
      return DocsHandler::withoutSlash;
    }
    DocsFile file = DocsFile.find(asked);
    return file == null ? next : (got, response, callback) -> send(file, got, response, callback);
  }

  /** What is got below the service's path; null if the request is for something else. */
  private @Nullable String asked(Request request) {
    boolean gets =
        HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
    String canonical = request.getHttpURI().getCanonicalPath();
    return gets && canonical != null ? below(canonical) : null;
  }

  private @Nullable String below(String canonical) {
    Matcher matcher = path.matcher(canonical);
    return matcher.lookingAt() ? canonical.substring(matcher.end()) : null;
  }

  private static boolean withoutSlash(Request request, Response response, Callback callback) {
    EarlyAnswer.send(request, response, callback, PAGE_WITHOUT_SLASH);
    return true;
  }

  private static boolean send(
      DocsFile file, Request request, Response response, Callback callback) {
    request
        .getComponents()
        .getExecutor()
        .execute(() -> EarlyAnswer.sendMade(request, response, callback, file::reply));
    return true;
  }
}
