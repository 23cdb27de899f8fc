package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
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

  private static boolean await(ExchangeQueue queue, long millis) {
    try {
      return queue.awaitNotEmpty(1, millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
