package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one kind of log line, which callers can cause as often as they like: ten lines a minute,
 * and with the next one how many were left out. One object is for one kind, so that no kind uses up
 * the lines of another. All threads may call all methods.
 */
public final class LimitedLog {
  static final int MOST_LINES = 10;
  static final Duration PERIOD = Duration.ofMinutes(1);

  private final Logger log;
  private final NanoClock clock;

  @GuardedBy("this")
  private long begun;

  @GuardedBy("this")
  private int written;

  @GuardedBy("this")
  private long leftOut;

  LimitedLog(Logger log, NanoClock clock) {
    this.log = log;
    this.clock = clock;
  }

  /** Makes the log of one kind of line of a class. */
  public static LimitedLog of(Class<?> owner) {
    return new LimitedLog(LoggerFactory.getLogger(owner), NanoClock.SYSTEM);
  }

  /**
   * Writes a line as a warning, or counts it.
   *
   * @param format the line, with {@code {}} where the arguments belong
   * @param arguments the last one may be a throwable of its own
   */
  public void warn(String format, @Nullable Object... arguments) {
    long missing = next();
    if (missing == 0) {
      log.warn(format, arguments);
    } else if (missing > 0) {
      log.warn(format + " (" + missing + " more such lines were left out)", arguments);
    }
  }

  /** How many lines were left out before the one to be written now; -1 if that is left out too. */
  private synchronized long next() {
    long now = clock.nanoTime();
    if (written == 0 || now - begun >= PERIOD.toNanos()) {
      begun = now;
      written = 0;
    }
    if (written == MOST_LINES) {
      leftOut++;
      return -1;
    }
    written++;
    long missing = leftOut;
    leftOut = 0;
    return missing;
  }
}
