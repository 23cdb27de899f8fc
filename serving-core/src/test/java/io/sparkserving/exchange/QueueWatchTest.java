package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Tasks that watch and tasks that sleep, which must not keep a request from each other. */
class QueueWatchTest {
  /** Longer than any test: whoever waits for so long has to be woken. */
  private static final long AN_HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void aConnectionIsWatchedOnlyWhereRequestsComeSoonAndNoneIsOpen() throws Exception {
    assumeThat(Watch.IS_POSSIBLE).isTrue();
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    Lease lease = fixture.lease(1, 0);
    AtomicInteger looks = new AtomicInteger();
    BooleanSupplier look = () -> looks.incrementAndGet() > 0;
    fixture.exchanges.watch(look);
    assertThat(looks).as("before any request").hasValue(0);

    BackgroundTask<Exchange> first = take(fixture, lease);
    first.awaitAsleep();
    fixture.send("soon");
    fixture.exchanges.watch(look);
    assertThat(looks).as("while a request is open").hasValue(0);
    fixture.exchanges.answer(first.result().id(), ExchangesFixture.ok());
    fixture.exchanges.watch(look);
    assertThat(looks).as("after a request that came soon").hasValue(1);

    BackgroundTask<Exchange> second = take(fixture, lease);
    // It watches at first, for as long as no time passes.
    await()
        .until(
            () -> {
              fixture.advance(Duration.ofMillis(1));
              return second.isAsleep();
            });
    fixture.advance(Duration.ofMillis(1));
    fixture.send("late");
    fixture.exchanges.answer(second.result().id(), ExchangesFixture.ok());
    fixture.exchanges.watch(look);
    assertThat(looks).as("after a request that came late").hasValue(1);
  }

  @Test
  void aConnectionIsWatchedForAMomentOnly() throws Exception {
    assumeThat(Watch.IS_POSSIBLE).isTrue();
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    BackgroundTask<Exchange> task = take(fixture, fixture.lease(1, 0));
    task.awaitAsleep();
    fixture.send("soon");
    fixture.exchanges.answer(task.result().id(), ExchangesFixture.ok());
    AtomicInteger looks = new AtomicInteger();
    BooleanSupplier lookForTenMicros =
        () -> {
          looks.incrementAndGet();
          fixture.advance(Duration.ofNanos(10_000));
          return false;
        };

    fixture.exchanges.watch(lookForTenMicros);
    assertThat(looks).as("for 100 microseconds").hasValue(11);
    fixture.exchanges.watch(lookForTenMicros);
    assertThat(looks).as("after it was in vain").hasValue(11);
  }

  @Test
  void everyRequestIsTakenOnceWhetherItsTaskWatchesOrSleeps() throws Exception {
    int requests = 20_000;
    ExchangesFixture fixture = ExchangesFixture.inRealTime(Map.of("maxQueueSize", "100000"));
    ExchangeQueue queue = fixture.exchanges.queue();
    Set<Long> taken = ConcurrentHashMap.newKeySet();
    List<Thread> takers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Lease lease = fixture.lease(1, i);
      takers.add(new Thread(() -> takeUntilInterrupted(fixture.exchanges, lease, taken)));
    }
    takers.forEach(Thread::start);
    for (int i = 0; i < requests; i++) {
      fixture.send("a");
      // Short gaps keep a task watching, long ones let it sleep.
      if (i % 50 == 0) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(i % 100 == 0 ? 40 : 200));
      }
      if (i % 5_000 == 0) {
        await().atMost(PATIENCE).until(() -> queue.size() == 0);
      }
    }
    await().atMost(PATIENCE).until(() -> taken.size() == requests);
    stop(takers);
  }

  @Test
  void aRequestThatWakesATaskWhoseLeaseEndsMeanwhileGoesToAnother() throws Exception {
    ExchangesFixture fixture = ExchangesFixture.inRealTime(Map.of());
    for (int round = 0; round < 100; round++) {
      Lease ended = fixture.lease(1, 0);
      BackgroundTask<Exchange> first = take(fixture, ended);
      BackgroundTask<Exchange> second = take(fixture, fixture.lease(1, 1));
      fixture.exchanges.leases().giveBack(ended, Leases.Blame.NONE);
      fixture.send("a");
      assertThat(second.result()).isNotNull();
      first.interrupt();
    }
  }

  @Test
  void requestsThatComeWhileAConnectionIsWatchedAreTakenByOthers() throws Exception {
    int requests = 5_000;
    ExchangesFixture fixture = ExchangesFixture.inRealTime(Map.of());
    ServerExchanges exchanges = fixture.exchanges;
    AtomicInteger inVain = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Lease lease = fixture.lease(1, i);
      threads.add(
          new Thread(
              () -> answerUntilInterrupted(exchanges, lease, () -> inVain.incrementAndGet() < 0)));
    }
    // As a reply that comes from another thread than a task's, which takes no request itself.
    threads.add(
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                exchanges.watch(() -> inVain.incrementAndGet() < 0);
              }
            }));
    threads.forEach(Thread::start);
    for (int sent = 1; sent <= requests; sent++) {
      fixture.send("a");
      long start = System.nanoTime();
      while (fixture.replies.size() < sent && System.nanoTime() - start < PATIENCE.toNanos()) {
        Thread.onSpinWait();
      }
      assertThat(fixture.replies).hasSize(sent);
    }
    assertThat(inVain).hasPositiveValue();
    stop(threads);
  }

  private static BackgroundTask<Exchange> take(ExchangesFixture fixture, Lease lease) {
    return BackgroundTask.start(() -> fixture.exchanges.queue().take(lease, AN_HOUR_NANOS));
  }

  private static void answerUntilInterrupted(
      ServerExchanges exchanges, Lease lease, BooleanSupplier found) {
    try {
      while (true) {
        Exchange exchange = exchanges.queue().take(lease, AN_HOUR_NANOS);
        if (exchange != null) {
          exchanges.answer(exchange.id(), ExchangesFixture.ok());
          exchanges.watch(found);
        }
      }
    } catch (InterruptedException e) {
      // The test is done.
    }
  }

  private static void takeUntilInterrupted(
      ServerExchanges exchanges, Lease lease, Set<Long> taken) {
    try {
      while (true) {
        Exchange exchange = exchanges.queue().take(lease, AN_HOUR_NANOS);
        if (exchange == null || !taken.add(exchange.id())) {
          return;
        }
        exchanges.answer(exchange.id(), ExchangesFixture.ok());
      }
    } catch (InterruptedException e) {
      // The test is done.
    }
  }

  private static void stop(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join(PATIENCE.toMillis());
      assertThat(thread.isAlive()).isFalse();
    }
  }
}
