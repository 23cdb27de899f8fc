package io.sparkserving.options;

import java.util.Locale;

/** Whose requests a rate limit counts together, option {@code rateLimit.by}. */
public enum RateLimitBy {
  /** Those of one caller, as told by the token. */
  CALLER,
  /** Those from one address of a client. */
  ADDRESS;

  static RateLimitBy parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
