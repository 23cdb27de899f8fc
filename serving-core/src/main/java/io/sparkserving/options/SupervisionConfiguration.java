package io.sparkserving.options;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The options of a query's supervision.
 *
 * @param maxRestarts restarts in a row, without a reply in between, after which the query is given
 *     up
 * @param backoff wait before the second restart in a row, twice as long before each further one
 * @param maxBackoff the longest wait before a restart
 */
public record SupervisionConfiguration(int maxRestarts, Duration backoff, Duration maxBackoff) {

  /**
   * Parses the options of {@code supervise}.
   *
   * @throws IllegalArgumentException naming an option that is unknown or badly set
   */
  public static SupervisionConfiguration parse(Map<String, String> given) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(given);
    KnownOptions.checkSupervision(options);
    return read(options);
  }

  /**
   * Parses the options of {@code supervise} among those of a writer; empty if there are none.
   *
   * @param options with case-insensitive keys
   * @throws IllegalArgumentException naming an option that is badly set
   */
  static Optional<SupervisionConfiguration> ofWriter(Map<String, String> options) {
    boolean isGiven =
        SupervisionOptions.ALL.stream().anyMatch(option -> options.containsKey(option.name()));
    return isGiven ? Optional.of(read(options)) : Optional.empty();
  }

  private static SupervisionConfiguration read(Map<String, String> options) {
    return new SupervisionConfiguration(
        SupervisionOptions.MAX_RESTARTS.readOrDefault(options),
        SupervisionOptions.BACKOFF.readOrDefault(options),
        SupervisionOptions.MAX_BACKOFF.readOrDefault(options));
  }

  /**
   * Returns how long to wait before a restart; zero before the first in a row.
   *
   * @param restart number of the restart, 1 for the first in a row
   */
  public Duration backoff(int restart) {
    if (restart <= 1) {
      return Duration.ZERO;
    }
    long millis = backoff.toMillis() << Math.min(restart - 2, 20);
    return millis > maxBackoff.toMillis() ? maxBackoff : Duration.ofMillis(millis);
  }
}
