package io.sparkserving.server.steps;

import io.sparkserving.exchange.Problems;
import io.sparkserving.server.access.Caller;
import io.sparkserving.server.access.Tokens;
import io.sparkserving.server.connection.EarlyAnswer;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets requests pass that show a token, without any header that has one: rows, and whatever is made
 * of them, are no place for secrets. Answers others before their body has come. Runs on the
 * listener's threads, or one that has brought a reply.
 */
final class AccessHandler implements Request.Handler {
  private final Tokens tokens;
  private final String challenge;
  private final Request.Handler next;

  /**
   * @param realm of the service; without quotes
   */
  AccessHandler(Tokens tokens, String realm, Request.Handler next) {
    this.tokens = tokens;
    this.challenge = "Bearer realm=\"" + realm + "\"";
    this.next = next;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    List<String> shown = Tokens.shownIn(request.getHeaders());
    for (String token : shown) {
      Caller caller = tokens.find(token);
      if (caller != null) {
        caller.note(request);
        return next.handle(
            new CallersRequest(request, caller, tokens.takeFrom(request.getHeaders())),
            response,
            callback);
      }
    }
    // As RFC 6750 has it: nothing about errors to who has not tried.
    EarlyAnswer.send(
        request,
        response,
        callback,
        Problems.unauthorized(
            shown.isEmpty() ? challenge : challenge + ", error=\"invalid_token\""));
    return true;
  }
}
