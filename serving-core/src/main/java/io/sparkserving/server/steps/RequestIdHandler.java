package io.sparkserving.server.steps;

import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Sees to it that a request has an {@code X-Request-Id}, of the caller's if that can be one, and
 * that every answer bears it, and the caller's {@code traceparent} if there is one as W3C's Trace
 * Context has it. Runs on the listener's threads, or one that has brought a reply.
 */
final class RequestIdHandler implements Request.Handler {
  private static final String HEADER = "X-Request-Id";

  /** What may stand in logs as it is. */
  private static final Pattern FIT = Pattern.compile("[A-Za-z0-9._~:+/=@-]{1,128}");

  private static final String TRACE = "traceparent";

  /** Of any version but ff, without what later ones may add; no id is all zeros. */
  private static final Pattern FIT_TRACE =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private final Request.Handler next;

  RequestIdHandler(Request.Handler next) {
    this.next = next;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    List<String> traces = request.getHeaders().getValuesList(TRACE);
    if (traces.size() == 1 && FIT_TRACE.matcher(traces.get(0)).matches()) {
      response.getHeaders().put(TRACE, traces.get(0));
    }
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
