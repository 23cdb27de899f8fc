package io.sparkserving.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentlySeenTest {
  private static final Duration LEAST = Duration.ofMinutes(5);

  private final TurnedClock clock = new TurnedClock();
  private final RecentlySeen<Object> seen = new RecentlySeen<>(Object::new, LEAST, clock);

  @Test
  void aKeyThatIsAskedForStays() {
    Object value = seen.get("one");
    for (int minute = 0; minute < 60; minute += 4) {
      assertThat(seen.get("one")).isSameAs(value);
      clock.advance(Duration.ofMinutes(4));
    }
  }

  @Test
  void aKeyThatNobodyAsksForIsForgotten() {
    Object value = seen.get("one");
    clock.advance(LEAST);
    assertThat(seen.get("one")).isSameAs(value);
    for (int i = 0; i < 3; i++) {
      clock.advance(LEAST.plusSeconds(1));
      seen.get("other");
    }
    assertThat(seen.size()).isEqualTo(2);
    assertThat(seen.get("one")).isNotSameAs(value);
  }

  @Test
  void howManyKeysThereAreIsBoundAndWhoeverCallsStays() {
    Object value = seen.get("regular");
    for (int i = 0; i < 200_000; i++) {
      seen.get("stranger " + i);
      if (i % 1_000 == 0) {
        assertThat(seen.get("regular")).isSameAs(value);
      }
      assertThat(seen.size()).isLessThanOrEqualTo(2 * RecentlySeen.MOST);
    }
  }
}
