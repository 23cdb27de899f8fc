package io.sparkserving.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

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
  private final Relay handOver = new Relay(new ReentrantLock());

  @Test
  void nobodyWatchesWhereRequestsAreNotHandedOn() {
    handOver.noteBegun();
    assertThat(looks(() -> true)).isZero();
    handOver.noteDone();
    handOver.forget();
    assertThat(looks(() -> true)).isZero();
  }

  @Test
  void itIsWatchedUntilARequestIsHandedOn() {
    assumeThat(Watch.IS_POSSIBLE).isTrue();
    handOver.noteDone();
    assertThat(looks(() -> false)).as("where all is handed on").isOne();
    assertThat(looks(() -> true)).as("where nobody comes").isPositive();

    // In one of some tries the thread is not kept from running for all the time it may watch.
    AtomicInteger look = new AtomicInteger();
    boolean seenHandedOn = false;
    for (int i = 0; i < 10_000 && !seenHandedOn; i++) {
      handOver.noteBegun();
      look.set(0);
      handOver.watch(
          () -> {
            if (look.incrementAndGet() == 3) {
              handOver.noteDone();
            }
            return false;
          });
      seenHandedOn = look.get() == 3;
    }
    assertThat(seenHandedOn).isTrue();
  }

  private int looks(BooleanSupplier isAnyWaiting) {
    AtomicInteger looks = new AtomicInteger();
    handOver.watch(
        () -> {
          looks.incrementAndGet();
          return isAnyWaiting.getAsBoolean();
        });
    return looks.get();
  }

  @Test
  void requestsThatTasksFindOnConnectionsComeBackOnceAndInOrder() throws Exception {
    int requests = 5_000;
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      ServerExchanges service = fixture.service;
      BlockingQueue<Exchange> rows = new ArrayBlockingQueue<>(16);
      Lease lease = service.leases().open(new LeaseKey(1, 1, 0));
      Thread reader = new Thread(() -> handOnUntilInterrupted(service.queue(), lease, rows));
      reader.start();

      fixture.send("0");
      int found = 0;
      for (int i = 0; i < requests; i++) {
        Exchange row = Objects.requireNonNull(rows.poll(20, TimeUnit.SECONDS));
        assertThat(row.request().body()).asString(UTF_8).isEqualTo(String.valueOf(i));
        service.answer(row.id(), ServiceFixture.ok());
        // Looks only where requests come soon; what it does not find comes from elsewhere.
        AtomicBoolean isFound = new AtomicBoolean();
        service.watch(() -> isFound.compareAndSet(false, true));
        found += isFound.get() ? 1 : 0;
        fixture.send(String.valueOf(i + 1));
        service.watchHandOver();
      }
      assertThat(found).as("found on a connection").isPositive();
      assertThat(fixture.replies).hasSize(requests);
      stop(reader);
    }
  }

  @Test
  void whoTakesAheadPausesWhileItsTaskHasEnoughToDo() throws Exception {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      ServerExchanges service = fixture.service;
      Lease lease = service.leases().open(new LeaseKey(1, 1, 0));
      List<Exchange> taken = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        assertThat(lease.isBusy()).as("with %d", i).isFalse();
        fixture.send("a");
        taken.add(Objects.requireNonNull(service.queue().takeAhead(lease, 0)));
      }
      assertThat(lease.isBusy()).isTrue();

      long start = System.nanoTime();
      assertThat(service.queue().takeAhead(lease, 0)).isNull();
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000);

      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> service.queue().takeAhead(lease, 0))
          .isInstanceOf(InterruptedException.class);

      service.answer(taken.get(3).id(), ServiceFixture.ok());
      assertThat(lease.isBusy()).as("with one of them answered").isFalse();
    }
  }

  @Test
  void everyOneOfManyRequestsIsHandedOn() throws Exception {
    int requests = 5_000;
    try (ServiceFixture fixture = new ServiceFixture(Map.of("maxQueueSize", "100000"))) {
      ServerExchanges service = fixture.service;
      BlockingQueue<Exchange> rows = new ArrayBlockingQueue<>(1024);
      Lease lease = service.leases().open(new LeaseKey(1, 1, 0));
      Thread reader = new Thread(() -> handOnUntilInterrupted(service.queue(), lease, rows));
      reader.start();
      // As many as from so many connections, each of which sends the next when it has its reply.
      for (int i = 0; i < 32; i++) {
        fixture.send("first");
      }
      for (int i = 0; i < requests; i++) {
        Exchange row = Objects.requireNonNull(rows.poll(20, TimeUnit.SECONDS));
        assertThat(service.answer(row.id(), ServiceFixture.ok())).isTrue();
        fixture.send("next");
      }
      stop(reader);
    }
  }

  private static void stop(Thread reader) throws InterruptedException {
    reader.interrupt();
    reader.join(10_000);
    assertThat(reader.isAlive()).isFalse();
  }

  private static void handOnUntilInterrupted(
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
