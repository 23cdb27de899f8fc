package io.sparkserving.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SupervisionConfigurationTest {
  private final SupervisionConfiguration defaults = SupervisionConfiguration.parse(Map.of());

  @Test
  void aDiskThatIsFullForAMinuteIsOutlived() {
    assertThat(waits().stream().reduce(Duration.ZERO, Duration::plus))
        .isGreaterThan(Duration.ofMinutes(1));
  }

  @Test
  void aServiceIsThereAgainWithinTenSecondsOfTheEndOfWhatKeptItFromStarting() {
    // A start takes some seconds too.
    assertThat(waits()).allMatch(wait -> wait.compareTo(Duration.ofSeconds(5)) <= 0);
  }

  @Test
  void theFirstRestartComesAtOnceAndOthersTwiceAsLate() {
    assertThat(waits().subList(0, 4))
        .containsExactly(
            Duration.ZERO, Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));
  }

  private List<Duration> waits() {
    return IntStream.rangeClosed(1, defaults.maxRestarts()).mapToObj(defaults::backoff).toList();
  }
}
