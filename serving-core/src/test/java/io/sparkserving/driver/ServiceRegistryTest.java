package io.sparkserving.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.driver.ServiceStanding.State;
import io.sparkserving.exchange.TurnedTimer;
import io.sparkserving.schema.ApiTypes;
import io.sparkserving.testing.TurnedClock;
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
  private final ServiceRegistry registry =
      new ServiceRegistry(timer, InstantSource.system(), new TurnedClock());
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
    assertThat(registry.catalogue().find("api")).isNull();
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
  void aSuccessorGetsRequestsWhenItIsReadyAndThePredecessorIsStoppedWhenItHoldsNone()
      throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch holdsNone = new CountDownLatch(1);
    Consumer first =
        registry.attach(
            RecordingService.class,
            RecordingService.configuration("api", Map.of()),
            (configuration, timers, clock) ->
                new RecordingService(configuration) {
                  @Override
                  protected int held(long beforeTerm) {
                    asked.countDown();
                    awaitQuietly(holdsNone);
                    return 0;
                  }
                },
            new QueryRun("one", null, () -> stopped.add("one")));
    Consumer second = attach("api", "two", TAKEOVER);
    assertThat(second.service()).isSameAs(first.service());
    assertThat(first.isSuperseded()).isFalse();

    second.ready();

    assertThat(first.isSuperseded()).isTrue();
    assertThat(told(first)).containsExactly("begin 1", "begin 2");
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(stopped).isEmpty();
    holdsNone.countDown();
    await().untilAsserted(() -> assertThat(stopped).containsExactly("one"));

    first.detach();
    second.detach();
    assertThat(told(first)).containsExactly("begin 1", "begin 2", "release 1", "close");
  }

  @Test
  void aServiceWhoseQueryIsStoppedEndsWhenThePredecessorHasFinished() {
    Consumer first = attach("api", "one", "before", Map.of());
    Consumer second = attach("api", "two", "after", TAKEOVER);
    second.ready();

    second.detach();
    registry.ofSupervisor("after").close();
    assertThat(told(first)).doesNotContain("close");
    first.detach();
    registry.ofSupervisor("before").close();

    assertThat(told(first)).endsWith("close");
    assertThat(registry.catalogue().find("api")).isNull();
  }

  @Test
  void aQueryThatFailsWhileItsPredecessorFinishesMayServeAgain() {
    Consumer first = attach("api", "one", "before", Map.of());
    Consumer second = attach("api", "two", "after", TAKEOVER);
    second.ready();

    second.detach();

    assertThat(registry.ofSupervisor("after").isAwaiting()).isTrue();
    Consumer again = attach("api", "two", "after", Map.of());
    assertThat(again.service()).isSameAs(first.service());
    first.detach();
    assertThat(told(first)).doesNotContain("close");
    again.detach();
    registry.ofSupervisor("after").close();
    assertThat(told(first)).endsWith("close");
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

    assertThat(told(second)).containsExactly("begin 1", "begin 2", "release 1");
    assertThat(second.isSuperseded()).isFalse();
  }

  @Test
  void aThirdQueryThatComesWhileASuccessorTakesOverIsTheLast() {
    List<Consumer> third = new CopyOnWriteArrayList<>();
    Consumer first =
        registry.attach(
            RunningService.class,
            RecordingService.configuration("api", Map.of()),
            (configuration, timers, clock) ->
                new RecordingService(configuration) {
                  @Override
                  protected void release(long term) {
                    third.add(attach("api", "three", TAKEOVER));
                  }
                },
            new QueryRun("one", null, () -> {}));
    attach("api", "two", TAKEOVER);

    first.detach();
    third.get(0).ready();

    assertThat(told(first)).containsExactly("begin 1", "begin 2", "begin 3");
    assertThat(third.get(0).isSuperseded()).isFalse();
    await().untilAsserted(() -> assertThat(stopped).containsExactly("two"));
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
    assertThat(registry.ofSupervisor("supervisor").isAwaiting()).isTrue();

    Consumer again = attach("api", "one", "supervisor", Map.of());
    assertThat(again.service()).isSameAs(first.service());
    assertThat(registry.ofSupervisor("supervisor").isAwaiting()).isFalse();
    again.detach();
    registry.ofSupervisor("supervisor").halt("Given up.");
    registry.ofSupervisor("supervisor").close();

    assertThat(told(first))
        .containsExactly("begin 1", "release 1", "begin 2", "release 2", "halt", "close");
  }

  @Test
  void aQueryThatIsStartedAgainTakesOverFromNoSuccessor() {
    Consumer first = attach("api", "one", "supervisor", Map.of());
    first.ready();
    first.detach();
    Consumer successor = attach("api", "two", "another", Map.of("takeover", "true"));
    successor.ready();

    assertThatThrownBy(
            () ->
                registry.attach(
                    RecordingService.class,
                    RecordingService.configuration("api", Map.of("takeover", "true")),
                    (configuration, timers, clock) -> new RecordingService(configuration),
                    new QueryRun("one", "supervisor", true, () -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot serve 'api' again: another query has taken over.");

    assertThat(successor.service()).isSameAs(first.service());
    assertThat(successor.isSuperseded()).isFalse();
    successor.detach();
    assertThat(registry.ofSupervisor("another").isAwaiting()).isTrue();
    registry.ofSupervisor("another").close();
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
    registry.ofSupervisor("supervisor").halt("Given up.");
    assertThat(standing().state()).isEqualTo(State.GIVEN_UP);
    assertThat(standing().reason()).isEqualTo("Given up.");
    registry.ofSupervisor("supervisor").close();
    assertThat(registry.catalogue().standings()).isEmpty();
  }

  private ServiceStanding standing() {
    assertThat(registry.catalogue().standings()).hasSize(1);
    return registry.catalogue().standings().get(0);
  }

  @Test
  void aServiceThatWasGivenUpIsOpenedAnewForTheNextQuery() {
    Consumer givenUp = attach("api", "one", "supervisor", Map.of());
    givenUp.detach();
    registry.ofSupervisor("supervisor").halt("Given up.");

    Consumer next = attach("api", "two", Map.of());

    assertThat(next.service()).isNotSameAs(givenUp.service());
    assertThat(told(givenUp)).endsWith("halt", "close");
    registry.ofSupervisor("supervisor").close();
    assertThat(registry.catalogue().find("api")).isSameAs(next.service());
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
              registry.ofQuery("other").settle("other");
              other.isSuperseded();
            });

    assertThat(served).succeedsWithin(10, TimeUnit.SECONDS);
    assertThat(told(other)).contains("settle 1 1");
    assertThat(CompletableFuture.runAsync(() -> attach("third", "third", Map.of()).detach()))
        .succeedsWithin(10, TimeUnit.SECONDS);
    CompletableFuture<Consumer> next =
        CompletableFuture.supplyAsync(() -> attach("slow", "next", Map.of()));
    assertThat(detached).isNotDone();
    assertThat(next).isNotDone();
    mayClose.countDown();
    assertThat(detached).succeedsWithin(10, TimeUnit.SECONDS);
    assertThat(next).succeedsWithin(10, TimeUnit.SECONDS);
    assertThat(registry.catalogue().running())
        .containsExactly(other.service(), next.join().service());
  }

  @Test
  void aServiceToWhichNoQueryComesIsClosedWithoutTheTimersThread() {
    CountDownLatch mayClose = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    TurnedTimer turned = new TurnedTimer(new TurnedClock());
    ServiceRegistry ofTimer =
        new ServiceRegistry(turned, InstantSource.system(), new TurnedClock());
    ofTimer
        .catalogue()
        .declare(
            RecordingService.configuration("unused", Map.of()),
            (configuration, timers, clock) ->
                new RecordingService(configuration) {
                  @Override
                  protected void close() {
                    awaitQuietly(mayClose);
                    closed.countDown();
                  }
                });
    ofTimer.prepare("unused", ApiTypes.UNKNOWN);

    assertThat(CompletableFuture.runAsync(() -> turned.advance(Duration.ofSeconds(10))))
        .succeedsWithin(10, TimeUnit.SECONDS);

    await().until(() -> ofTimer.catalogue().find("unused") == null);
    assertThat(closed.getCount()).isOne();
    mayClose.countDown();
    await().until(() -> closed.getCount() == 0);
  }

  /** Attaches to a service that clients reach only after a while, if at all. */
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
                      opened.addAll(registry.catalogue().running());
                      throw new UncheckedIOException(new IOException("no gateway"));
                    }))
        .hasMessageContaining("no gateway");

    assertThat(((RecordingService) opened.get(0)).told).endsWith("close");
    assertThat(registry.catalogue().find("api")).isNull();
    assertThat(attach("api", "two", Map.of()).service()).isNotSameAs(opened.get(0));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
