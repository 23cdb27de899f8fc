package io.sparkserving.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PredecessorTest {
  private final TurnedClock clock = new TurnedClock();
  private final HashedWheelTimer timer = new HashedWheelTimer();
  private final ServiceRegistry registry =
      new ServiceRegistry(timer, InstantSource.system(), clock);
  private final List<Duration> stopped = new ArrayList<>();

  @AfterEach
  void stopTimer() {
    timer.stop();
  }

  /** A predecessor whose requests are all answered at some time on the clock. */
  private Predecessor predecessor(Duration answered) {
    Consumer consumer =
        registry.attach(
            RunningService.class,
            RecordingService.configuration("api", Map.of("requestTimeout", "30s")),
            (configuration, timers, instants) ->
                new RecordingService(configuration) {
                  @Override
                  protected int held(long beforeTerm) {
                    return beforeTerm == 2 && clock.nanoTime() < answered.toNanos() ? 1 : 0;
                  }
                },
            new QueryRun("one", null, () -> stopped.add(Duration.ofNanos(clock.nanoTime()))));
    return new Predecessor(consumer, 2, clock);
  }

  @Test
  void aPredecessorIsStoppedWhenItHoldsNothing() {
    predecessor(Duration.ofSeconds(3)).run();

    assertThat(stopped).containsExactly(Duration.ofSeconds(3));
  }

  @Test
  void aPredecessorIsNotWaitedForLongerThanARequestMayTake() {
    predecessor(Duration.ofHours(1)).run();

    assertThat(stopped).containsExactly(Duration.ofSeconds(30));
  }

  @Test
  void aPredecessorOfWhichNobodyCanSayWhatItHoldsIsStopped() {
    Consumer consumer =
        registry.attach(
            RunningService.class,
            RecordingService.configuration("api", Map.of()),
            (configuration, timers, instants) ->
                new RecordingService(configuration) {
                  @Override
                  protected int held(long beforeTerm) {
                    throw new NoClassDefFoundError("some/Class");
                  }
                },
            new QueryRun("one", null, () -> stopped.add(Duration.ZERO)));

    new Predecessor(consumer, 2, clock).run();

    assertThat(stopped).hasSize(1);
  }
}
