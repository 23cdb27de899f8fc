package io.sparkserving.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.options.RateLimitConfiguration.Rate;
import io.sparkserving.server.limits.RateLimits.Count;
import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
  private final TurnedClock clock = new TurnedClock();

  private RateLimits limits(int requests, Duration window) {
    return new RateLimits(new Rate(requests, window), clock);
  }

  @Test
  void asManyAsTheRateMayComeAtOnceAndTheNextComeEvenly() {
    RateLimits limits = limits(3, Duration.ofMinutes(1));

    assertThat(limits.count("one")).isEqualTo(new Count(true, 2, 20));
    assertThat(limits.count("one")).isEqualTo(new Count(true, 1, 20));
    assertThat(limits.count("one")).isEqualTo(new Count(true, 0, 20));
    assertThat(limits.count("one")).isEqualTo(new Count(false, 0, 20));
    assertThat(limits.count("other")).isEqualTo(new Count(true, 2, 20));

    clock.advance(Duration.ofMillis(18_500));
    assertThat(limits.count("one")).isEqualTo(new Count(false, 0, 2));
    clock.advance(Duration.ofSeconds(2));
    assertThat(limits.count("one").isWithin()).isTrue();
    assertThat(limits.count("one").isWithin()).isFalse();
  }

  @Test
  void theTimeToTheNextRequestIsThatOfABucketThatFills() {
    RateLimits limits = limits(2, Duration.ofDays(1));
    assertThat(limits.count("one")).isEqualTo(new Count(true, 1, 12 * 3600));
    clock.advance(Duration.ofHours(3));
    assertThat(limits.count("one")).isEqualTo(new Count(true, 0, 9 * 3600));
    assertThat(limits.count("one")).isEqualTo(new Count(false, 0, 9 * 3600));
    clock.advance(Duration.ofDays(30));
    assertThat(limits.count("one")).isEqualTo(new Count(true, 1, 12 * 3600));
  }

  @Test
  void thoseThatAreForgottenHadTheirFullShareAnyway() {
    RateLimits limits = limits(1, Duration.ofMinutes(10));
    for (int round = 0; round < 20; round++) {
      assertThat(limits.count("one").isWithin()).as("round %s", round).isTrue();
      for (int minute = 0; minute < 9; minute++) {
        clock.advance(Duration.ofSeconds(65));
        assertThat(limits.count("other" + minute)).isNotNull();
        assertThat(limits.count("one").isWithin()).as("%s, %s", round, minute).isFalse();
      }
      clock.advance(Duration.ofSeconds(15));
    }
  }

  @Test
  void theLargestRateOfTheLongestWindowIsCountedToo() {
    RateLimits limits = limits(1_000_000, Duration.ofDays(1));
    assertThat(limits.count("one")).isEqualTo(new Count(true, 999_999, 1));
    for (int i = 1; i < 1_000_000; i++) {
      assertThat(limits.count("one").isWithin()).isTrue();
    }
    assertThat(limits.count("one")).isEqualTo(new Count(false, 0, 1));
    clock.advance(Duration.ofMillis(87));
    assertThat(limits.count("one").isWithin()).isTrue();
    assertThat(limits.count("one").isWithin()).isFalse();
  }
}
