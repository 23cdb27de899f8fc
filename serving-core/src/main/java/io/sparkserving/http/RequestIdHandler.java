package io.sparkserving.http;

import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Sees to it that a request has an {@code X-Request-Id}, of the caller's if that can be one, and
 * that every answer bears it. Runs on the listener's threads, or one that has brought a reply.
 */
final class RequestIdHandler implements Request.Handler {
  private static final String HEADER = "X-Request-Id";

  /** What may stand in logs as it is. */
  private static final Pattern FIT = Pattern.compile("[A-Za-z0-9._~:+/=@-]{1,128}");

  private final Request.Handler next;

  RequestIdHandler(Request.Handler next) {
    this.next = next;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String shown = request.getHeaders().get(HEADER);
    if (shown != null && FIT.matcher(shown).matches()) {
      response.getHeaders().put(HEADER, shown);
      return next.handle(request, response, callback);
    }
    String made = UUID.randomUUID().toString();
    response.getHeaders().put(HEADER, made);
    HttpFields headers = HttpFields.build(request.getHeaders()).put(HEADER, made).asImmutable();
    return next.handle(
        new Request.Wrapper(request) {
          @Override
          public HttpFields getHeaders() {
            return headers;
          }
        },
        response,
        callback);
  }
}
