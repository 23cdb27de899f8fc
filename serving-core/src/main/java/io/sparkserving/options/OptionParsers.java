package io.sparkserving.options;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.util.JavaUtils;

/**
 * Parsers that make a value of the text of an option, and check the value against its range. Each
 * parser throws {@link IllegalArgumentException} for any other text.
 */
final class OptionParsers {
  private OptionParsers() {}

  /** Any text that matches a regular expression as a whole. */
  static ServingOption.Parser<String> text(String pattern) {
    return value -> {
      require(value.matches(pattern));
      return value;
    };
  }

  /** A text that matches a regular expression as a whole, and is never printed. */
  static ServingOption.Parser<HiddenText> secret(String pattern) {
    ServingOption.Parser<String> text = text(pattern);
    return value -> new HiddenText(text.parse(value));
  }

  /** A whole number in a range, both ends included. */
  static ServingOption.Parser<Integer> integer(int least, int most) {
    return value -> {
      int number = Integer.parseInt(value);
      require(number >= least && number <= most);
      return number;
    };
  }

  /** Zero, or an HTTP status from {@code least} to {@code most}. */
  static ServingOption.Parser<Integer> statusOrZero(int least, int most) {
    ServingOption.Parser<Integer> status = integer(least, most);
    return value -> value.equals("0") ? 0 : status.parse(value);
  }

  /** {@code true} or {@code false}, in any case. */
  static ServingOption.Parser<Boolean> truth() {
    return value ->
        switch (value.toLowerCase(Locale.ROOT)) {
          case "true" -> true;
          case "false" -> false;
          default -> throw new IllegalArgumentException(value);
        };
  }

  /** A time as Spark's settings have it, such as {@code 500ms}, in a range with both ends. */
  static ServingOption.Parser<Duration> duration(Duration least, Duration most) {
    return value -> {
      Duration duration = Duration.ofMillis(JavaUtils.timeStringAs(value, TimeUnit.MILLISECONDS));
      require(duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0);
      return duration;
    };
  }

  /** A size as Spark's settings have it, such as {@code 32m}, in a range with both ends. */
  static ServingOption.Parser<Long> bytes(long least, long most) {
    return value -> {
      long bytes = JavaUtils.byteStringAsBytes(value);
      require(bytes >= least && bytes <= most);
      return bytes;
    };
  }

  private static void require(boolean inRange) {
    if (!inRange) {
      throw new IllegalArgumentException("out of range");
    }
  }
}
