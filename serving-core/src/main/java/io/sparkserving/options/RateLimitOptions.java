package io.sparkserving.options;

import io.sparkserving.options.RateLimitConfiguration.Rate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The options of {@code readStream} for how often one and the same may call, each defined once. */
final class RateLimitOptions {
  private static final ServingOption.Parser<Integer> REQUESTS = OptionParsers.integer(1, 1_000_000);

  static final ServingOption<Rate> RATE_LIMIT =
      new ServingOption<>(
          "rateLimit",
          "string",
          null,
          "a whole number from 1 to 1000000 for each s, m, h or d (second, minute, hour or day), such"
              + " as 100/s or 5000/h",
          "How many requests each server takes from one caller or address. Further ones are answered"
              + " 429. So many may come at once; then they are let in evenly. Default: no limit.",
          RateLimitOptions::rate);

  static final ServingOption<RateLimitBy> RATE_LIMIT_BY =
      new ServingOption<>(
          "rateLimit.by",
          "string",
          null,
          "caller or address",
          "Whether rateLimit is for each caller, as told by the token, or for each address of"
              + " clients. Default: caller where the service asks for tokens, else address.",
          RateLimitBy::parse);

  static final List<ServingOption<?>> ALL = List.of(RATE_LIMIT, RATE_LIMIT_BY);

  private RateLimitOptions() {}

  private static Rate rate(String text) {
    String[] parts = text.split("\\s*/\\s*", 2);
    int requests = REQUESTS.parse(parts[0]);
    String unit = parts.length == 2 ? parts[1].toLowerCase(Locale.ROOT) : "";
    return new Rate(
        requests,
        switch (unit) {
          case "s", "second" -> Duration.ofSeconds(1);
          case "m", "minute" -> Duration.ofMinutes(1);
          case "h", "hour" -> Duration.ofHours(1);
          case "d", "day" -> Duration.ofDays(1);
          default -> throw new IllegalArgumentException(text);
        });
  }
}
