package io.sparkserving.options;

import java.io.Serializable;
import java.time.Duration;

/**
 * When what a journal has been given is safe, and replies may leave.
 *
 * @param kind what replies wait for
 * @param every how often files are synced where replies do not wait; zero elsewhere
 */
public record JournalFlush(Kind kind, Duration every) implements Serializable {
  private static final ServingOption.Parser<Duration> DURATION =
      OptionParsers.duration(Duration.ofMillis(1), Duration.ofMinutes(1));

  /** What replies wait for. */
  public enum Kind {
    /** That a file is synced. */
    SYNC,
    /** That an object is closed. */
    BATCH,
    /** Nothing. */
    LATER
  }

  static JournalFlush parse(String text) {
    return switch (text) {
      case "sync" -> new JournalFlush(Kind.SYNC, Duration.ZERO);
      case "batch" -> new JournalFlush(Kind.BATCH, Duration.ZERO);
      default -> new JournalFlush(Kind.LATER, DURATION.parse(text));
    };
  }
}
