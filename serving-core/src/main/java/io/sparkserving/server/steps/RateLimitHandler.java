package io.sparkserving.server.steps;

import io.sparkserving.exchange.ExchangeCounters;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.RateLimitBy;
import io.sparkserving.options.RateLimitConfiguration;
import io.sparkserving.server.access.Caller;
import io.sparkserving.server.connection.EarlyAnswer;
import io.sparkserving.server.limits.ClientMark;
import io.sparkserving.server.limits.RateLimits;
import io.sparkserving.server.limits.RateLimits.Count;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets as many requests pass as the service takes from one caller or address, and answers others
 * before their body has come. All answers tell how many more there may be, as the IETF's draft
 * "RateLimit header fields for HTTP" has it. Runs on the listener's threads, or one that has
 * brought a reply.
 */
final class RateLimitHandler implements Request.Handler {
  /** Name of the header with the limit, which is always the same. */
  static final String POLICY = "RateLimit-Policy";

  /** Name of the header with what is left. */
  static final String LIMIT = "RateLimit";

  private final RateLimits limits;
  private final RateLimitBy by;
  private final ClientMark mark;
  private final HttpField policy;
  private final String inWords;
  private final ExchangeCounters counters;
  private final Request.Handler next;

  RateLimitHandler(RateLimitConfiguration limit, ServerExchanges exchanges, Request.Handler next) {
    int requests = limit.rate().requests();
    long seconds = limit.rate().window().toSeconds();
    this.limits = new RateLimits(limit.rate(), exchanges.clock());
    this.by = limit.by();
    this.mark = new ClientMark(exchanges.secret());
    this.policy = new HttpField(POLICY, "\"default\";q=" + requests + ";w=" + seconds);
    this.inWords =
        "%d requests in %d s from one %s"
            .formatted(requests, seconds, by == RateLimitBy.CALLER ? "caller" : "address");
    this.counters = exchanges.counters();
    this.next = next;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Count count = limits.count(key(request));
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(policy);
    headers.put(LIMIT, "\"default\";r=" + count.remaining() + ";t=" + count.seconds());
    if (count.isWithin()) {
      return next.handle(request, response, callback);
    }
    counters.noteRateLimited();
    EarlyAnswer.send(request, response, callback, Problems.rateLimited(inWords, count.seconds()));
    return true;
  }

  private String key(Request request) {
    Caller caller = by == RateLimitBy.CALLER ? CallersRequest.callerOf(request) : null;
    return caller == null ? mark.addressOf(request) : caller.key();
  }
}
