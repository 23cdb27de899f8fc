package io.sparkserving.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class RelayTest {
  private final TurnedClock clock = new TurnedClock();
  private final Relay relay = new Relay(new ReentrantLock(), clock);

  @Test
  void nobodyWatchesWhereRequestsAreNotRelayed() {
    relay.noteBegun();
    assertThat(looks(() -> true)).isZero();
    relay.noteDone();
    relay.forget();
    assertThat(looks(() -> true)).isZero();
  }

  @Test
  void aRelayIsWatchedUntilARequestIsRelayed() {
    assumeThat(Watch.IS_POSSIBLE).isTrue();
    relay.noteDone();
    assertThat(looks(() -> false)).as("where all are relayed").isOne();

    relay.noteBegun();
    AtomicInteger look = new AtomicInteger();
    relay.watch(
        () -> {
          if (look.incrementAndGet() == 3) {
            relay.noteDone();
          }
          return false;
        });
    assertThat(look).hasValue(3);
  }

  @Test
  void aRelayIsWatchedForAMomentOnly() {
    assumeThat(Watch.IS_POSSIBLE).isTrue();
    relay.noteDone();
    int looks =
        looks(
            () -> {
              clock.advance(Duration.ofNanos(10_000));
              return true;
            });
    assertThat(looks).as("for 30 microseconds").isEqualTo(3);
  }

  private int looks(BooleanSupplier isAnyWaiting) {
    AtomicInteger looks = new AtomicInteger();
    relay.watch(
        () -> {
          looks.incrementAndGet();
          return isAnyWaiting.getAsBoolean();
        });
    return looks.get();
  }

  @Test
  void requestsThatTasksFindOnConnectionsComeBackOnceAndInOrder() throws Exception {
    int requests = 5_000;
    ExchangesFixture fixture = ExchangesFixture.inRealTime(Map.of());
    ServerExchanges exchanges = fixture.exchanges;
    BlockingQueue<Exchange> rows = new ArrayBlockingQueue<>(16);
    Lease lease = fixture.lease(1, 0);
    Thread reader = new Thread(() -> relayUntilInterrupted(exchanges.queue(), lease, rows));
    reader.start();

    fixture.send("0");
    int found = 0;
    for (int i = 0; i < requests; i++) {
      Exchange row = Objects.requireNonNull(rows.poll(20, TimeUnit.SECONDS));
      assertThat(row.request().body()).asString(UTF_8).isEqualTo(String.valueOf(i));
      exchanges.answer(row.id(), ExchangesFixture.ok());
      // Looks only where requests come soon; what it does not find comes from elsewhere.
      AtomicBoolean isFound = new AtomicBoolean();
      exchanges.watch(() -> isFound.compareAndSet(false, true));
      found += isFound.get() ? 1 : 0;
      fixture.send(String.valueOf(i + 1));
      exchanges.watchRelay();
    }
    assertThat(found).as("found on a connection").isPositive();
    assertThat(fixture.replies).hasSize(requests);
    stop(reader);
  }

  @Test
  void whoTakesAheadPausesWhileItsTaskHasEnoughToDo() throws Exception {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    ServerExchanges exchanges = fixture.exchanges;
    Lease lease = fixture.lease(1, 0);
    List<Exchange> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      assertThat(lease.isBusy()).as("with %d", i).isFalse();
      fixture.send("a");
      taken.add(Objects.requireNonNull(exchanges.queue().takeAhead(lease, 0)));
    }
    assertThat(lease.isBusy()).isTrue();

    BackgroundTask<Exchange> pausing =
        BackgroundTask.start(() -> exchanges.queue().takeAhead(lease, 0));
    pausing.awaitAsleep();
    fixture.advance(Duration.ofNanos(999_999));
    assertThat(pausing.isDone()).isFalse();
    fixture.advance(Duration.ofNanos(1));
    assertThat(pausing.result()).isNull();

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> exchanges.queue().takeAhead(lease, 0))
        .isInstanceOf(InterruptedException.class);

    BackgroundTask<Exchange> woken =
        BackgroundTask.start(() -> exchanges.queue().takeAhead(lease, 0));
    woken.awaitAsleep();
    exchanges.answer(taken.get(3).id(), ExchangesFixture.ok());
    assertThat(woken.result()).isNull();
    assertThat(lease.isBusy()).as("with one of them answered").isFalse();
  }

  @Test
  void everyOneOfManyRequestsIsRelayed() throws Exception {
    int requests = 5_000;
    ExchangesFixture fixture = ExchangesFixture.inRealTime(Map.of("maxQueueSize", "100000"));
    ServerExchanges exchanges = fixture.exchanges;
    BlockingQueue<Exchange> rows = new ArrayBlockingQueue<>(1024);
    Lease lease = fixture.lease(1, 0);
    Thread reader = new Thread(() -> relayUntilInterrupted(exchanges.queue(), lease, rows));
    reader.start();
    // As many as from so many connections, each of which sends the next when it has its reply.
    for (int i = 0; i < 32; i++) {
      fixture.send("first");
    }
    for (int i = 0; i < requests; i++) {
      Exchange row = Objects.requireNonNull(rows.poll(20, TimeUnit.SECONDS));
      assertThat(exchanges.answer(row.id(), ExchangesFixture.ok())).isTrue();
      fixture.send("next");
    }
    stop(reader);
  }

  private static void stop(Thread reader) throws InterruptedException {
    reader.interrupt();
    reader.join(10_000);
    assertThat(reader.isAlive()).isFalse();
  }

  private static void relayUntilInterrupted(
      ExchangeQueue queue, Lease lease, BlockingQueue<Exchange> rows) {
    try {
      while (true) {
        rows.put(Objects.requireNonNull(queue.takeAhead(lease, Long.MAX_VALUE)));
      }
    } catch (InterruptedException e) {
      // The test is done.
    }
  }
}
