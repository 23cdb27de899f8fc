package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one kind of log line, which callers can cause as often as they like: ten lines a minute of
 * each server, and with the next one how many were left out. One object is for one kind, so that
 * neither a kind nor a server uses up the lines of another. All threads may call all methods.
 */
public final class LimitedLog {
  static final int MOST_LINES = 10;
  static final int MOST_SERVERS = 100;
  static final Duration PERIOD = Duration.ofMinutes(1);

  private final Logger log;
  private final NanoClock clock;

  /** By server; the one that wrote last is the last. */
  @GuardedBy("this")
  private final Map<String, Lines> lines = new LinkedHashMap<>(16, 0.75f, true);

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
   * @param server id of the one whose lines are counted; empty for lines of none
   * @param format the line, with {@code {}} where the arguments belong
   * @param arguments the last one may be a throwable of its own
   */
  public void warn(String server, String format, @Nullable Object... arguments) {
    long missing = next(server);
    if (missing == 0) {
      log.warn(format, arguments);
    } else if (missing > 0) {
      log.warn(format + " (" + missing + " more such lines were left out)", arguments);
    }
  }

  /** How many lines were left out before the one to be written now; -1 if that is left out too. */
  private synchronized long next(String server) {
    long missing = lines.computeIfAbsent(server, first -> new Lines()).next(clock.nanoTime());
    if (lines.size() > MOST_SERVERS) {
      lines.remove(lines.keySet().iterator().next());
    }
    return missing;
  }

  private static final class Lines {
    private long begun;
    private int written;
    private long leftOut;

    long next(long now) {
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
}
