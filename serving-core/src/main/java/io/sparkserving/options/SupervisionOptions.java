package io.sparkserving.options;

import java.time.Duration;
import java.util.List;

/** Every option of {@code start} and {@code supervise}, defined once. */
final class SupervisionOptions {
  static final ServingOption<Integer> MAX_RESTARTS =
      new ServingOption<>(
          "maxRestarts",
          "int",
          "20",
          "a whole number from 0 to 1000000",
          "How many restarts in a row may fail without a single reply of the query in between,"
              + " before it is given up and its service answers 503.",
          OptionParsers.integer(0, 1_000_000));

  static final ServingOption<Duration> BACKOFF =
      new ServingOption<>(
          "backoff",
          "duration",
          "100ms",
          "a duration from 1ms to 1h, such as 500ms or 5s",
          "How long to wait before the second restart in a row; the first comes at once, and each"
              + " further one waits twice as long as the one before.",
          OptionParsers.duration(Duration.ofMillis(1), Duration.ofHours(1)));

  static final ServingOption<Duration> MAX_BACKOFF =
      new ServingOption<>(
          "maxBackoff",
          "duration",
          "5s",
          "a duration from 1ms to 1h, such as 500ms or 5s",
          "The longest wait before a restart.",
          OptionParsers.duration(Duration.ofMillis(1), Duration.ofHours(1)));

  static final List<ServingOption<?>> ALL = List.of(MAX_RESTARTS, BACKOFF, MAX_BACKOFF);

  private SupervisionOptions() {}
}
