package io.sparkserving.options;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a query is supervised.
 *
 * @param maxRestarts in a row without a reply in between
 * @param backoff before the second restart in a row
 * @param maxBackoff the longest wait before a restart
 */
public record SupervisionConfiguration(int maxRestarts, Duration backoff, Duration maxBackoff) {

  /**
   * Parses options.
   *
   * @throws IllegalArgumentException naming an option that is unknown or badly set
   */
  public static SupervisionConfiguration parse(Map<String, String> given) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(given);
    KnownOptions.checkSupervision(options);
    return new SupervisionConfiguration(
        SupervisionOptions.MAX_RESTARTS.readOrDefault(options),
        SupervisionOptions.BACKOFF.readOrDefault(options),
        SupervisionOptions.MAX_BACKOFF.readOrDefault(options));
  }

  /**
   * How long to wait before a restart.
   *
   * @param restart 1 for the first in a row
   */
  public Duration backoff(int restart) {
    if (restart <= 1) {
      return Duration.ZERO;
    }
    long millis = backoff.toMillis() << Math.min(restart - 2, 20);
    return millis > maxBackoff.toMillis() ? maxBackoff : Duration.ofMillis(millis);
  }
}
