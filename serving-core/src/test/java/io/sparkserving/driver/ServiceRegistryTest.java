package io.sparkserving.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.driver.ServiceStanding.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceRegistryTest {
  private static final Map<String, String> TAKEOVER = Map.of("takeover", "true");

  private final HashedWheelTimer timer = new HashedWheelTimer();
  private final ServiceRegistry registry = new ServiceRegistry(timer, InstantSource.system());
  private final List<String> stopped = new CopyOnWriteArrayList<>();

  @AfterEach
  void stopTimer() {
    timer.stop();
  }

  private Consumer attach(String name, String query, Map<String, String> options) {
    return attach(name, query, null, options);
  }

  private Consumer attach(
      String name, String query, @Nullable String supervisor, Map<String, String> options) {
    return registry.attach(
        RecordingService.class,
        RecordingService.configuration(name, options),
        (configuration, timers, clock) -> new RecordingService(configuration),
        new QueryRun(query, supervisor, () -> stopped.add(query)));
  }

  private static List<String> told(Consumer consumer) {
    return ((RecordingService) consumer.service()).told;
  }

  @Test
  void aServiceEndsWithItsQuery() {
    Consumer consumer = attach("api", "one", Map.of());
    consumer.begin(1);
    consumer.settle();
    consumer.settle();
    consumer.detach();

    assertThat(told(consumer)).containsExactly("begin 1", "settle 1 1", "close");
    assertThat(registry.find("api")).isNull();
  }

  @Test
  void aSecondQueryOnANameFails() {
    attach("api", "one", Map.of());

    assertThatThrownBy(() -> attach("api", "two", Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("query one serves it already")
        .hasMessageContaining("takeover");
  }

  @Test
  void aSuccessorGetsRequestsWhenItIsReadyAndThePredecessorIsStoppedWhenItHoldsNone() {
    Consumer first = attach("api", "one", Map.of());
    RecordingService service = (RecordingService) first.service();
    service.held = 1;
    Consumer second = attach("api", "two", TAKEOVER);
    assertThat(second.service()).isSameAs(service);
    assertThat(first.isSuperseded()).isFalse();

    second.ready();

    assertThat(first.isSuperseded()).isTrue();
    assertThat(service.told).containsExactly("begin 1", "begin 2");
    assertThat(stopped).isEmpty();
    service.held = 0;
    await().untilAsserted(() -> assertThat(stopped).containsExactly("one"));

    first.detach();
    second.detach();
    assertThat(service.told).containsExactly("begin 1", "begin 2", "release 1", "close");
  }

  @Test
  void aSuccessorThatFailsLeavesTheServiceToItsPredecessor() {
    Consumer first = attach("api", "one", Map.of());
    Consumer second = attach("api", "two", TAKEOVER);
    second.detach();

    assertThat(first.isSuperseded()).isFalse();
    assertThat(told(first)).containsExactly("begin 1", "release 2");
    Consumer third = attach("api", "three", TAKEOVER);
    third.ready();
    assertThat(third.term()).isEqualTo(3);
    assertThat(first.isSuperseded()).isTrue();
  }

  @Test
  void aSuccessorTakesOverAtOnceFromAQueryThatFails() {
    Consumer first = attach("api", "one", Map.of());
    Consumer second = attach("api", "two", TAKEOVER);
    first.detach();

    assertThat(told(second)).containsExactly("begin 1", "release 1", "begin 2");
    assertThat(second.isSuperseded()).isFalse();
  }

  @Test
  void aSuccessorHasToWantTheSameService() {
    attach("api", "one", Map.of("maxBodySize", "1k"));

    assertThatThrownBy(() -> attach("api", "two", Map.of("takeover", "true", "maxBodySize", "2k")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxBodySize 1024, met 2048");
  }

  @Test
  void aSupervisedQueryLeavesItsServiceToItsNextRun() {
    Consumer first = attach("api", "one", "supervisor", Map.of());
    first.detach();
    assertThat(registry.isAwaiting("supervisor")).isTrue();

    Consumer again = attach("api", "one", "supervisor", Map.of());
    assertThat(again.service()).isSameAs(first.service());
    assertThat(registry.isAwaiting("supervisor")).isFalse();
    again.detach();
    registry.halt("supervisor", "Given up.");
    registry.close("supervisor");

    assertThat(told(first))
        .containsExactly("begin 1", "release 1", "begin 2", "release 2", "halt", "close");
  }

  @Test
  void whatAServiceIsDoingIsToldToWhoeverAsks() {
    Consumer first = attach("api", "one", "supervisor", Map.of());
    assertThat(standing().state()).isEqualTo(State.STARTING);
    assertThat(standing().consumer()).isSameAs(first);
    first.ready();
    assertThat(standing().state()).as("ready, without servers").isEqualTo(State.STARTING);
    first.beginDraining();
    assertThat(standing().state()).isEqualTo(State.DRAINING);

    first.detach();
    assertThat(standing().state()).isEqualTo(State.RESTARTING);
    assertThat(standing().consumer()).isNull();
    registry.halt("supervisor", "Given up.");
    assertThat(standing().state()).isEqualTo(State.GIVEN_UP);
    assertThat(standing().reason()).isEqualTo("Given up.");
    registry.close("supervisor");
    assertThat(registry.standings()).isEmpty();
  }

  private ServiceStanding standing() {
    assertThat(registry.standings()).hasSize(1);
    return registry.standings().get(0);
  }

  @Test
  void aServiceThatWasGivenUpIsOpenedAnewForTheNextQuery() {
    Consumer givenUp = attach("api", "one", "supervisor", Map.of());
    givenUp.detach();
    registry.halt("supervisor", "Given up.");

    Consumer next = attach("api", "two", Map.of());

    assertThat(next.service()).isNotSameAs(givenUp.service());
    assertThat(told(givenUp)).endsWith("halt", "close");
    registry.close("supervisor");
    assertThat(registry.find("api")).isSameAs(next.service());
  }

  @Test
  void aServiceThatIsSlowToCloseHoldsUpNoOther() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch mayClose = new CountDownLatch(1);
    Consumer slow =
        registry.attach(
            RunningService.class,
            RecordingService.configuration("slow", Map.of()),
            (configuration, timers, clock) ->
                new RecordingService(configuration) {
                  @Override
                  protected void close() {
                    closing.countDown();
                    awaitQuietly(mayClose);
                  }
                },
            new QueryRun("slow", null, () -> {}));
    Consumer other = attach("other", "other", Map.of());
    other.begin(1);
    CompletableFuture<Void> detached = CompletableFuture.runAsync(slow::detach);
    assertThat(closing.await(10, TimeUnit.SECONDS)).isTrue();

    // As the other's batches do.
    CompletableFuture<Void> served =
        CompletableFuture.runAsync(
            () -> {
              registry.settle("other", "other");
              other.isSuperseded();
            });

    assertThat(served).succeedsWithin(10, TimeUnit.SECONDS);
    assertThat(told(other)).contains("settle 1 1");
    assertThat(detached).isNotDone();
    mayClose.countDown();
    assertThat(detached).succeedsWithin(10, TimeUnit.SECONDS);
    assertThat(registry.running()).containsExactly(other.service());
  }

  /** One that clients reach only after a while, if at all. */
  private Consumer attachUnreachable(String name, Runnable wait) {
    return registry.attach(
        RunningService.class,
        RecordingService.configuration(name, Map.of()),
        (configuration, timers, clock) ->
            new RecordingService(configuration) {
              @Override
              protected void awaitReachable() {
                wait.run();
              }
            },
        new QueryRun(name, "supervisor", () -> {}));
  }

  @Test
  void aServiceThatWaitsToBeReachedHoldsUpNoOther() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    CompletableFuture<Consumer> slow =
        CompletableFuture.supplyAsync(
            () ->
                attachUnreachable(
                    "slow",
                    () -> {
                      waiting.countDown();
                      awaitQuietly(reached);
                    }));
    assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> attach("other", "other", Map.of()).detach());

    assertThat(other).succeedsWithin(10, TimeUnit.SECONDS);
    assertThat(slow).isNotDone();
    reached.countDown();
    assertThat(slow).succeedsWithin(10, TimeUnit.SECONDS);
  }

  @Test
  void aServiceThatCannotBeReachedIsClosedAndOpenedAnewForTheNextQuery() {
    List<RunningService> opened = new CopyOnWriteArrayList<>();
    assertThatThrownBy(
            () ->
                attachUnreachable(
                    "api",
                    () -> {
                      opened.addAll(registry.running());
                      throw new UncheckedIOException(new IOException("no gateway"));
                    }))
        .hasMessageContaining("no gateway");

    assertThat(((RecordingService) opened.get(0)).told).endsWith("close");
    assertThat(registry.find("api")).isNull();
    assertThat(attach("api", "two", Map.of()).service()).isNotSameAs(opened.get(0));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aDrainWaitsForTheDelayAndThenUntilNothingIsOpen() throws Exception {
    Consumer consumer = attach("api", "one", Map.of("drainDelay", "200ms", "drainTimeout", "1min"));
    RecordingService service = (RecordingService) consumer.service();
    service.held = 1;
    long start = System.nanoTime();
    CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> drain("one"));
    await().until(() -> service.told.contains("refuse 1"));
    assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(200));
    assertThat(service.told).startsWith("begin 1", "drain 1");
    assertThat(drained).isNotDone();
    service.held = 0;
    drained.join();
    assertThat(registry.drainTime("one")).isEqualTo(Duration.ofMillis(60_200));
  }

  @Test
  void aDrainEndsWithItsTimeOutAndForgetsQueriesThatAreTakenOver() {
    Consumer first = attach("api", "one", Map.of("drainTimeout", "50ms"));
    RecordingService service = (RecordingService) first.service();
    service.held = 1;
    drain("one");
    assertThat(service.told).contains("drain 1", "refuse 1");
    attach("api", "two", TAKEOVER).ready();
    service.told.clear();
    drain("one");
    assertThat(service.told).isEmpty();
    assertThat(registry.drainTime("one")).isEqualTo(Duration.ZERO);
  }

  private void drain(String query) {
    try {
      registry.drain(query);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
