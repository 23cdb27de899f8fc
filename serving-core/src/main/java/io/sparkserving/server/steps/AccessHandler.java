package io.sparkserving.server.steps;

import io.sparkserving.exchange.Problems;
import io.sparkserving.server.connection.EarlyAnswer;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets requests pass that show a token, without any header that has one: rows, and whatever is made
 * of them, are no place for secrets. Answers others before their body has come. Runs on the
 * listener's threads, or one that has brought a reply.
 */
final class AccessHandler implements Request.Handler {
  private static final List<String> HEADERS = List.of("Authorization", "X-API-Key");

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[,;\\s]+");

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
    boolean shown = false;
    for (String name : HEADERS) {
      for (HttpField field : request.getHeaders().getFields(name)) {
        String token = Tokens.shownIn(field);
        shown |= token != null;
        if (token != null && tokens.contain(token)) {
          return next.handle(withoutTokens(request), response, callback);
        }
      }
    }
    // As RFC 6750 has it: nothing about errors to who has not tried.
    EarlyAnswer.send(
        request,
        response,
        callback,
        Problems.unauthorized(shown ? challenge + ", error=\"invalid_token\"" : challenge));
    return true;
  }

  private Request withoutTokens(Request request) {
    HttpFields.Mutable headers = HttpFields.build();
    for (HttpField field : request.getHeaders()) {
      if (HEADERS.stream().noneMatch(field::is) || !hasToken(field)) {
        headers.add(field);
      }
    }
    HttpFields kept = headers.asImmutable();
    return new Request.Wrapper(request) {
      @Override
      public HttpFields getHeaders() {
        return kept;
      }
    };
  }

  /** However the token is shown: proxies join repeated headers, and clients mistake the scheme. */
  private boolean hasToken(HttpField field) {
    String value = field.getValue();
    return value != null && Stream.of(BETWEEN_WORDS.split(value)).anyMatch(tokens::contain);
  }
}
