package io.sparkserving.options;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How requests are written down.
 *
 * @param folder where, or {@link #AT_CHECKPOINT}
 * @param flush when replies may leave
 * @param retention how long requests stay at least
 * @param idempotencyKey header by which clients say that requests are the same; null for none
 * @param window how long the answers to such requests are kept
 */
public record JournalConfiguration(
    String folder,
    JournalFlush flush,
    Duration retention,
    @Nullable String idempotencyKey,
    Duration window)
    implements Serializable {
  /** The folder that stands for one below the query's checkpoint. */
  public static final String AT_CHECKPOINT = "checkpoint";

  static Optional<JournalConfiguration> parse(Map<String, String> options) {
    String folder = JournalOptions.JOURNAL.read(options);
    String key = JournalOptions.IDEMPOTENCY_KEY.read(options);
    if (folder == null && key != null) {
      throw new IllegalArgumentException(
          "Missing option 'journal': idempotencyKey needs it, as answers are kept there. Set it to"
              + " checkpoint, or to a folder.");
    }
    return Optional.ofNullable(folder)
        .map(
            given ->
                new JournalConfiguration(
                    given,
                    JournalOptions.FLUSH.readOrDefault(options),
                    JournalOptions.RETENTION.readOrDefault(options),
                    key,
                    JournalOptions.IDEMPOTENCY_WINDOW.readOrDefault(options)));
  }

  /** How long requests stay at least, for whatever reason. */
  public Duration kept() {
    return idempotencyKey != null && window.compareTo(retention) > 0 ? window : retention;
  }
}
