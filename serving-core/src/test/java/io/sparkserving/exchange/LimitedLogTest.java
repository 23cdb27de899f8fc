package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.LogCapture;
import io.sparkserving.testing.TurnedClock;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LimitedLogTest {
  private final TurnedClock clock = new TurnedClock();

  private LimitedLog log() {
    return new LimitedLog(LoggerFactory.getLogger(LimitedLogTest.class), clock);
  }

  private static void write(LimitedLog log, int lines) {
    write("a server", log, lines);
  }

  private static void write(String server, LimitedLog log, int lines) {
    for (int i = 0; i < lines; i++) {
      log.warn(server, "Line {} of {}", i, "many");
    }
  }

  @Test
  void fewLinesAreWrittenAsTheyAre() {
    try (LogCapture capture = new LogCapture()) {
      write(log(), LimitedLog.MOST_LINES);
      assertThat(capture.lines())
          .hasSize(LimitedLog.MOST_LINES)
          .startsWith("Line 0 of many", "Line 1 of many");
    }
  }

  @Test
  void ofManySomeAreLeftOutAndTheNextOneSaysHowMany() {
    LimitedLog log = log();
    try (LogCapture capture = new LogCapture()) {
      write(log, 1000);
      assertThat(capture.lines()).hasSize(LimitedLog.MOST_LINES);
      capture.lines().clear();
      clock.advance(LimitedLog.PERIOD.minusNanos(1));
      write(log, 1);
      assertThat(capture.lines()).isEmpty();
      clock.advance(LimitedLog.PERIOD);
      write(log, 2);
      assertThat(capture.lines())
          .containsExactly("Line 0 of many (991 more such lines were left out)", "Line 1 of many");
    }
  }

  @Test
  void oneServerLeavesTheLinesOfAnother() {
    LimitedLog log = log();
    try (LogCapture capture = new LogCapture()) {
      write("loud", log, 1000);
      capture.lines().clear();
      write("quiet", log, 1);
      assertThat(capture.lines()).containsExactly("Line 0 of many");
    }
  }

  @Test
  void oneKindLeavesTheLinesOfAnother() {
    try (LogCapture capture = new LogCapture()) {
      write(log(), 1000);
      capture.lines().clear();
      write(log(), 1);
      assertThat(capture.lines()).containsExactly("Line 0 of many");
    }
  }
}
