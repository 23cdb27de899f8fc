package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ExchangeQueueTest {
  @Test
  void waitingEndsWhenARequestComes() throws Exception {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      CompletableFuture<Boolean> waiting =
          CompletableFuture.supplyAsync(() -> await(fixture.service.queue(), 60_000));
      fixture.send("a");
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void waitingEndsWithTheTimeOut() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      assertThat(await(fixture.service.queue(), 1)).isFalse();
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

  private static boolean await(ExchangeQueue queue, long millis) {
    try {
      return queue.awaitNotEmpty(1, millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
