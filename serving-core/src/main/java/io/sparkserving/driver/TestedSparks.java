package io.sparkserving.driver;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines of Spark that this library is tested on. */
public final class TestedSparks {
  private static final Logger LOG = LoggerFactory.getLogger(TestedSparks.class);
  private static final String OLDEST = "3.5";
  private static final String NEWEST = "4.3";
  private static final Pattern LINE = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");
  private static final AtomicBoolean IS_SAID = new AtomicBoolean();

  private TestedSparks() {}

  /** Says in the log, once in a JVM, if a version of Spark is older or newer than those tested. */
  public static void check(String version) {
    warning(version)
        .ifPresent(
            warning -> {
              if (IS_SAID.compareAndSet(false, true)) {
                LOG.warn(warning);
              }
            });
  }

  static Optional<String> warning(String version) {
    long line = line(version);
    if (line >= line(OLDEST) && line <= line(NEWEST)) {
      return Optional.empty();
    }
    return Optional.of(
        "Spark %s is %s than what Spark Serving is tested on, %s to %s: try your service before you rely on it."
            .formatted(version, line < line(OLDEST) ? "older" : "newer", OLDEST, NEWEST));
  }

  /** A number by which lines can be compared; that of the newest where a version has none. */
  private static long line(String version) {
    Matcher matcher = LINE.matcher(version);
    return matcher.matches()
        ? Long.parseLong(matcher.group(1)) * 1_000_000 + Long.parseLong(matcher.group(2))
        : line(NEWEST);
  }
}
