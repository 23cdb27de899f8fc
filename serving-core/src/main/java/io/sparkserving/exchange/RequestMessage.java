package io.sparkserving.exchange;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request as it came in, whole. Immutable; travels to executors inside tasks.
 *
 * @param method as sent
 * @param uri path and query string as sent
 * @param majorVersion of the HTTP protocol
 * @param minorVersion of the HTTP protocol
 * @param headers in order, repeated ones too
 * @param body what came, or null if the request has no body at all
 * @param chunked whether the body came in chunks
 * @param caller name under which the caller's token is given, or null
 */
public record RequestMessage(
    String method,
    String uri,
    int majorVersion,
    int minorVersion,
    List<Header> headers,
    byte @Nullable [] body,
    boolean chunked,
    @Nullable String caller)
    implements Serializable {

  /** A request of a caller without a name. */
  public RequestMessage(
      String method,
      String uri,
      int majorVersion,
      int minorVersion,
      List<Header> headers,
      byte @Nullable [] body,
      boolean chunked) {
    this(method, uri, majorVersion, minorVersion, headers, body, chunked, null);
  }

  /** Bytes of the body; 0 if there is none. */
  public int size() {
    return body == null ? 0 : body.length;
  }
}
