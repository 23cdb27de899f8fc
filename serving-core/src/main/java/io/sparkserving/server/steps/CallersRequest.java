package io.sparkserving.server.steps;

import io.sparkserving.server.access.Caller;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A request whose caller has shown a token, without the headers that have one. */
final class CallersRequest extends Request.Wrapper {
  private final Caller caller;
  private final HttpFields headers;

  CallersRequest(Request request, Caller caller, HttpFields headers) {
    super(request);
    this.caller = caller;
    this.headers = headers;
  }

  /** Who has sent a request; null if the service asks for no token. */
  static @Nullable Caller callerOf(Request request) {
    CallersRequest known = Request.as(request, CallersRequest.class);
    return known == null ? null : known.caller;
  }

  @Override
  public HttpFields getHeaders() {
    return headers;
  }
}
