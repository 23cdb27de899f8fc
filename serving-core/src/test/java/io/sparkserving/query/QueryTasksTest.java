package io.sparkserving.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QueryTasksTest {
  private final TurnedClock clock = new TurnedClock();

  @Test
  void tasksThatGoOnAreWaitedForTwoSecondsAtMost() {
    QueryTasks.awaitEnd(() -> true, clock);

    assertThat(clock.nanoTime()).isEqualTo(Duration.ofSeconds(2).toNanos());
  }

  @Test
  void nobodyWaitsWhenTheLastTaskHasEnded() {
    QueryTasks.awaitEnd(() -> clock.nanoTime() < Duration.ofMillis(30).toNanos(), clock);

    assertThat(clock.nanoTime()).isEqualTo(Duration.ofMillis(30).toNanos());
  }

  @Test
  void anInterruptedThreadDoesNotWaitAndStaysInterrupted() {
    Thread.currentThread().interrupt();

    QueryTasks.awaitEnd(() -> true, clock);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(clock.nanoTime()).isZero();
  }
}
