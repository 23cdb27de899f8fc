package io.sparkserving.options;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How many requests a server takes from one caller or address.
 *
 * @param rate as many requests in as much time
 * @param by whose requests are counted together
 */
public record RateLimitConfiguration(Rate rate, RateLimitBy by) {

  /**
   * Parses reader options; the result is empty if nobody is limited.
   *
   * @param access tokens that callers must show
   * @throws IllegalArgumentException if the options do not go together
   */
  static Optional<RateLimitConfiguration> parse(
      Map<String, String> options, Optional<AccessConfiguration> access) {
    Rate rate = RateLimitOptions.RATE_LIMIT.read(options);
    RateLimitBy by = RateLimitOptions.RATE_LIMIT_BY.read(options);
    if (rate == null) {
      if (by != null) {
        throw new IllegalArgumentException(
            "Missing option 'rateLimit', which rateLimit.by needs: set it, for example"
                + " .option(\"rateLimit\", \"100/s\").");
      }
      return Optional.empty();
    }
    if (by == RateLimitBy.CALLER && access.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid options: rateLimit.by is caller, and the service asks for no token that would"
              + " tell its callers apart. Set auth.tokens or auth.tokensFile, or rateLimit.by to"
              + " address.");
    }
    RateLimitBy otherwise = access.isPresent() ? RateLimitBy.CALLER : RateLimitBy.ADDRESS;
    return Optional.of(new RateLimitConfiguration(rate, by == null ? otherwise : by));
  }

  /**
   * So many requests in so much time.
   *
   * @param requests at least one
   * @param window whole seconds
   */
  public record Rate(int requests, Duration window) {}
}
