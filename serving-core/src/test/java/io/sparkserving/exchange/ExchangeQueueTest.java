package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ExchangeQueueTest {
  @Test
  void waitingEndsWhenARequestComes() throws Exception {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      CompletableFuture<Boolean> waiting =
          CompletableFuture.supplyAsync(() -> comes(fixture.service.queue(), 60_000));
      fixture.send("a");
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void waitingEndsWithTheTimeOut() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      assertThat(comes(fixture.service.queue(), 1)).isFalse();
    }
  }

  @Test
  void waitingCanBeInterrupted() throws Exception {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      AtomicBoolean interrupted = new AtomicBoolean();
      Thread waiting =
          new Thread(
              () -> {
                try {
                  fixture.service.queue().awaitNotEmpty(1, 60_000);
                } catch (InterruptedException e) {
                  interrupted.set(true);
                }
              });
      waiting.start();
      waiting.interrupt();
      waiting.join(10_000);
      assertThat(interrupted).isTrue();
    }
  }

  private static Lease lease(ServiceFixture fixture, long term, int partition) {
    return fixture.service.leases().open(new LeaseKey(term, 1, partition));
  }

  @Test
  void aTaskOfALaterTermWaitsUntilThatBegins() throws Exception {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      ExchangeQueue queue = fixture.service.queue();
      Lease later = lease(fixture, 2, 0);
      fixture.send("a");
      assertThat(queue.take(later, 0)).isNull();
      CompletableFuture<Exchange> taken = takeInBackground(queue, later);

      queue.beginTerm(2);

      assertThat(taken.get(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void aTaskThatWaitsInATermThatEndsGetsNothing() throws Exception {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      ExchangeQueue queue = fixture.service.queue();
      Lease lease = lease(fixture, 1, 0);
      CompletableFuture<Exchange> taken = takeInBackground(queue, lease);

      queue.beginTerm(2);

      assertThat(taken.get(10, TimeUnit.SECONDS)).isNull();
      assertThat(queue.isOver(1)).isTrue();
      fixture.send("a");
      assertThat(queue.take(lease, 0)).isNull();
      assertThat(queue.size()).isEqualTo(1);
    }
  }

  @Test
  void aRequestThatWakesATaskWhoseLeaseHasEndedGoesToAnother() throws Exception {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      ExchangeQueue queue = fixture.service.queue();
      for (int round = 0; round < 100; round++) {
        Lease ended = lease(fixture, 1, 0);
        CompletableFuture<Exchange> first = takeInBackground(queue, ended);
        CompletableFuture<Exchange> second = takeInBackground(queue, lease(fixture, 1, 1));
        fixture.service.leases().giveBack(ended, Leases.Blame.NONE);
        fixture.send("a");
        assertThat(second.get(10, TimeUnit.SECONDS)).isNotNull();
        first.cancel(true);
      }
    }
  }

  @Test
  void whatIsAnsweredAfterItCameBackIsNotTakenAgain() throws Exception {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      ExchangeQueue queue = fixture.service.queue();
      Lease failed = lease(fixture, 1, 0);
      fixture.send("a");
      Exchange exchange = Objects.requireNonNull(queue.take(failed, 0));
      fixture.service.leases().giveBack(failed, Leases.Blame.NONE);
      assertThat(fixture.service.answer(exchange.id(), ServiceFixture.ok())).isTrue();

      assertThat(queue.take(lease(fixture, 1, 1), 0)).isNull();
      assertThat(queue.size()).isZero();
    }
  }

  @Test
  void everyRequestIsTakenOnceAndSoonWhetherItsTaskWatchesOrSleeps() throws Exception {
    int requests = 20_000;
    try (ServiceFixture fixture = new ServiceFixture(Map.of("maxQueueSize", "100000"))) {
      ExchangeQueue queue = fixture.service.queue();
      Set<Long> taken = ConcurrentHashMap.newKeySet();
      Thread[] takers = new Thread[3];
      for (int i = 0; i < takers.length; i++) {
        Lease lease = lease(fixture, 1, i);
        takers[i] = new Thread(() -> takeUntilNoneComes(queue, lease, taken));
        takers[i].start();
      }
      for (int i = 0; i < requests; i++) {
        fixture.send("a");
        // Short gaps keep a task watching, long ones let it sleep.
        if (i % 50 == 0) {
          LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(i % 100 == 0 ? 40 : 200));
        }
        if (i % 5_000 == 0) {
          await().atMost(Duration.ofSeconds(2)).until(() -> queue.size() == 0);
        }
      }
      await().atMost(Duration.ofSeconds(2)).until(() -> taken.size() == requests);
      for (Thread taker : takers) {
        taker.interrupt();
        taker.join(10_000);
        assertThat(taker.isAlive()).isFalse();
      }
    }
  }

  @Test
  void aConnectionIsWatchedOnlyWhereRequestsComeSoonAndNoneIsOpen() throws Exception {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      ServerExchanges service = fixture.service;
      AtomicInteger looks = new AtomicInteger();
      BooleanSupplier countingLook = () -> looks.incrementAndGet() > 0;
      service.watch(countingLook);
      assertThat(looks).hasValue(0);

      // A request counts as one that came soon if it came while the task had just begun to wait.
      Lease lease = lease(fixture, 1, 0);
      CompletableFuture<Void> sender = sendOneAfterAnother(fixture);
      while (looks.get() == 0) {
        Exchange exchange =
            Objects.requireNonNull(service.queue().take(lease, TimeUnit.SECONDS.toNanos(20)));
        service.watch(countingLook);
        assertThat(looks).as("looks while a request is open").hasValue(0);
        service.answer(exchange.id(), ServiceFixture.ok());
        service.watch(countingLook);
      }
      sender.cancel(true);
    }
  }

  @Test
  void requestsThatComeWhileAConnectionIsWatchedAreTakenByOthers() throws Exception {
    int requests = 5_000;
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      ServerExchanges service = fixture.service;
      AtomicInteger inVain = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Lease lease = lease(fixture, 1, i);
        threads.add(
            new Thread(
                () -> answerUntilInterrupted(service, lease, () -> inVain.incrementAndGet() < 0)));
      }
      // As a reply that comes from another thread than a task's, which takes no request itself.
      threads.add(
          new Thread(
              () -> {
                while (!Thread.currentThread().isInterrupted()) {
                  service.watch(() -> inVain.incrementAndGet() < 0);
                }
              }));
      threads.forEach(Thread::start);
      for (int i = 1; i <= requests; i++) {
        fixture.send("a");
        int sent = i;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (fixture.replies.size() < sent && System.nanoTime() < deadline) {
          Thread.onSpinWait();
        }
        assertThat(fixture.replies).hasSize(sent);
      }
      assertThat(inVain).hasPositiveValue();
      for (Thread thread : threads) {
        thread.interrupt();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  private static CompletableFuture<Void> sendOneAfterAnother(ServiceFixture fixture) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              while (!end.isDone()) {
                if (fixture.service.openExchanges() == 0) {
                  fixture.send("a");
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return end;
  }

  private static void answerUntilInterrupted(
      ServerExchanges service, Lease lease, BooleanSupplier found) {
    try {
      while (true) {
        Exchange exchange = service.queue().take(lease, TimeUnit.SECONDS.toNanos(20));
        if (exchange != null) {
          service.answer(exchange.id(), ServiceFixture.ok());
          service.watch(found);
        }
      }
    } catch (InterruptedException e) {
      // The test is done.
    }
  }

  private static void takeUntilNoneComes(ExchangeQueue queue, Lease lease, Set<Long> taken) {
    try {
      while (true) {
        Exchange exchange = queue.take(lease, TimeUnit.SECONDS.toNanos(20));
        if (exchange == null || !taken.add(exchange.id())) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // The test is done.
    }
  }

  private static CompletableFuture<Exchange> takeInBackground(ExchangeQueue queue, Lease lease) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return queue.take(lease, TimeUnit.SECONDS.toNanos(20));
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> {
          Thread thread = new Thread(task, "taker");
          thread.setDaemon(true);
          thread.start();
        });
  }

  private static boolean comes(ExchangeQueue queue, long millis) {
    try {
      return queue.awaitNotEmpty(1, millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
