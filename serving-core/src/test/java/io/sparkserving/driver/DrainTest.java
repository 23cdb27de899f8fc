package io.sparkserving.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {
  private final TurnedClock clock = new TurnedClock();
  private final HashedWheelTimer timer = new HashedWheelTimer();
  private final ServiceRegistry registry =
      new ServiceRegistry(timer, InstantSource.system(), clock);

  /** Such as {@code api refuses after 200 ms}. */
  private final List<String> told = new ArrayList<>();

  @AfterEach
  void stopTimer() {
    timer.stop();
  }

  /** A service whose requests are all answered at some time on the clock. */
  private Consumer attach(String name, Duration answered, Map<String, String> options) {
    return registry.attach(
        RunningService.class,
        RecordingService.configuration(name, options),
        (configuration, timers, instants) ->
            new RecordingService(configuration) {
              @Override
              protected void drain(long term) {
                note(name + " drains");
              }

              @Override
              protected int refuse(long term) {
                if (note(name + " refuses") < answered.toNanos()) {
                  return 1;
                }
                note(name + " is done");
                return 0;
              }
            },
        new QueryRun("one", null, () -> {}));
  }

  private long note(String what) {
    long now = clock.nanoTime();
    told.add("%s after %d ms".formatted(what, Duration.ofNanos(now).toMillis()));
    return now;
  }

  private Duration passed() {
    return Duration.ofNanos(clock.nanoTime());
  }

  @Test
  void aDrainWaitsForTheDelayAndThenUntilNothingIsOpen() throws Exception {
    attach("api", Duration.ofMillis(240), Map.of("drainDelay", "200ms", "drainTimeout", "1min"));

    registry.ofQuery("one").drain();

    assertThat(told)
        .containsExactly(
            "api drains after 0 ms",
            "api refuses after 200 ms",
            "api refuses after 220 ms",
            "api refuses after 240 ms",
            "api is done after 240 ms");
    assertThat(registry.ofQuery("one").drainTime()).isEqualTo(Duration.ofMillis(60_200));
  }

  @Test
  void aDrainEndsWithItsTimeOut() throws Exception {
    attach("api", Duration.ofHours(1), Map.of("drainDelay", "1s", "drainTimeout", "10s"));

    registry.ofQuery("one").drain();

    assertThat(told).noneMatch(what -> what.contains("done")).hasSizeGreaterThan(2);
    assertThat(passed()).isEqualTo(Duration.ofSeconds(11));
  }

  @Test
  void theServicesOfAQueryAreDrainedAtTheSameTime() throws Exception {
    attach("first", Duration.ofHours(1), Map.of("drainDelay", "1s", "drainTimeout", "4s"));
    attach("second", Duration.ofHours(1), Map.of("drainDelay", "3s", "drainTimeout", "10s"));

    registry.ofQuery("one").drain();

    assertThat(told).startsWith("first drains after 0 ms", "second drains after 0 ms");
    assertThat(told).contains("first refuses after 3000 ms", "second refuses after 7000 ms");
    assertThat(passed()).isEqualTo(Duration.ofSeconds(13));
  }

  @Test
  void theDelayCountsFromWhenTheServiceWasNotReadyAnyMore() throws Exception {
    attach("api", Duration.ZERO, Map.of("drainDelay", "5s"));
    registry.beginDraining();
    clock.advance(Duration.ofSeconds(4));

    registry.ofQuery("one").drain();

    assertThat(told)
        .containsExactly(
            "api drains after 0 ms", "api refuses after 5000 ms", "api is done after 5000 ms");
  }

  @Test
  void aDrainForgetsServicesThatAreTakenOver() throws Exception {
    Consumer first = attach("api", Duration.ofHours(1), Map.of());
    registry
        .attach(
            RunningService.class,
            RecordingService.configuration("api", Map.of("takeover", "true")),
            (configuration, timers, instants) -> first.service(),
            new QueryRun("two", null, () -> {}))
        .ready();

    registry.ofQuery("one").drain();

    assertThat(told).isEmpty();
    assertThat(registry.ofQuery("one").drainTime()).isEqualTo(Duration.ZERO);
  }

  @Test
  void aDrainEndsWhenItsThreadIsInterrupted() {
    attach("api", Duration.ofHours(1), Map.of("drainDelay", "1s"));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> registry.ofQuery("one").drain())
        .isInstanceOf(InterruptedException.class);
    assertThat(told).containsExactly("api drains after 0 ms");
  }
}
