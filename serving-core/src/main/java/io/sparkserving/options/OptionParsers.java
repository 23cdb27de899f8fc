package io.sparkserving.options;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.util.JavaUtils;

/** How the text of an option becomes a value. Numbers are checked against their range here. */
final class OptionParsers {
  private OptionParsers() {}

  static ServingOption.Parser<String> text(String pattern) {
    return value -> {
      require(value.matches(pattern));
      return value;
    };
  }

  static ServingOption.Parser<HiddenText> secret(String pattern) {
    ServingOption.Parser<String> text = text(pattern);
    return value -> new HiddenText(text.parse(value));
  }

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

  static ServingOption.Parser<Boolean> truth() {
    return value ->
        switch (value.toLowerCase(Locale.ROOT)) {
          case "true" -> true;
          case "false" -> false;
          default -> throw new IllegalArgumentException(value);
        };
  }

  static ServingOption.Parser<Duration> duration(Duration least, Duration most) {
    return value -> {
      Duration duration = Duration.ofMillis(JavaUtils.timeStringAs(value, TimeUnit.MILLISECONDS));
      require(duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0);
      return duration;
    };
  }

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
