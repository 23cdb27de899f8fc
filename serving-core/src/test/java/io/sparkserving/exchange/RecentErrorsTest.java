package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.RecentErrors.ErrorAnswer;
import io.sparkserving.testing.TurnedClock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentErrorsTest {
  private final AtomicLong second = new AtomicLong();
  private final Measurements measurements =
      new Measurements(() -> Instant.ofEpochSecond(second.incrementAndGet()), new TurnedClock());

  @Test
  void theLatestErrorsAreToldOfTheLatestOneFirst() {
    assertThat(measurements.errors().latest()).isEmpty();
    int count = RecentErrors.MOST + 3;
    for (int i = 0; i < count; i++) {
      measurements.answered(400 + i, 0, 0, 0);
    }

    assertThat(measurements.errors().latest())
        .containsExactlyElementsOf(
            IntStream.iterate(count - 1, i -> i - 1)
                .limit(RecentErrors.MOST)
                .mapToObj(i -> new ErrorAnswer(Instant.ofEpochSecond(i + 1), 400 + i))
                .toList());
  }

  @Test
  void whatWentWellIsNone() {
    measurements.answered(200, 0, 0, 0);
    measurements.answered(399, 0, 0, 0);

    assertThat(measurements.errors().latest()).isEmpty();
  }
}
