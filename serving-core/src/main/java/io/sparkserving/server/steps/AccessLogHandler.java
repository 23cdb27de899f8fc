package io.sparkserving.server.steps;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.options.AccessLog;
import io.sparkserving.server.access.Caller;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each request when it is answered, on the thread that answers. Of headers, only Referer,
 * User-Agent and X-Request-Id are told, and no query string, as there are secrets in others.
 */
final class AccessLogHandler implements Request.Handler {
  private static final Logger ACCESS = LoggerFactory.getLogger("io.sparkserving.access");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Common log format, with milliseconds at the end. */
  private static final String NCSA =
      "%{client}a - %{"
          + Caller.ATTRIBUTE
          + "}attr %t \"%m %U %H\" %s %O \"%{Referer}i\" \"%{User-Agent}i\" %{ms}T";

  private final RequestLog log;
  private final Request.Handler next;

  /**
   * @param form other than off
   */
  AccessLogHandler(AccessLog form, Request.Handler next) {
    this.log =
        form == AccessLog.JSON
            ? (request, response) -> ACCESS.info(json(request, response))
            : new CustomRequestLog(ACCESS::info, NCSA);
    this.next = next;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Request.addCompletionListener(
        request,
        failure -> {
          if (ACCESS.isInfoEnabled()) {
            log.log(request, response);
          }
        });
    return next.handle(request, response, callback);
  }

  private static String json(Request request, Response response) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("time", Instant.ofEpochMilli(Request.getTimeStamp(request)).toString());
    entry.put("client", Request.getRemoteAddr(request));
    entry.put("caller", Caller.nameOf(request));
    entry.put("method", request.getMethod());
    entry.put("path", request.getHttpURI().getPath());
    entry.put("protocol", request.getConnectionMetaData().getProtocol());
    entry.put("status", response.getStatus());
    entry.put("bytes", Response.getContentBytesWritten(response));
    entry.put("milliseconds", NanoTime.millisSince(request.getBeginNanoTime()));
    entry.put("requestId", response.getHeaders().get("X-Request-Id"));
    entry.put("userAgent", request.getHeaders().get(HttpHeader.USER_AGENT));
    try {
      return MAPPER.writeValueAsString(entry);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write an access log entry as JSON", e);
    }
  }
}
