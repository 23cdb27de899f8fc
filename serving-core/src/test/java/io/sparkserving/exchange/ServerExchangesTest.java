package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServerExchangesTest {
  @Test
  void theFirstAnswerWinsAndNothingIsKept() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      fixture.send("a");
      long id = fixture.takeAll().get(0).id();
      assertThat(fixture.service.answer(id, ServiceFixture.ok())).isTrue();
      assertThat(fixture.service.answer(id, ServiceFixture.ok())).isFalse();
      assertThat(fixture.statuses()).containsExactly(200);
      assertThat(fixture.service.openExchanges()).isZero();
      assertThat(fixture.service.counters().dropped()).isEqualTo(1);
    }
  }

  @Test
  void aFullQueueIsAnswered503AndTakesNothing() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of("maxQueueSize", "2"))) {
      fixture.send("a");
      fixture.send("b");
      fixture.send("c");
      assertThat(fixture.statuses()).containsExactly(503);
      assertThat(fixture.replies.get(0).headers()).contains(new Header("Retry-After", "1"));
      assertThat(fixture.service.queue().size()).isEqualTo(2);
      assertThat(fixture.service.counters().rejected()).isEqualTo(1);
    }
  }

  @Test
  void bodiesThatHoldTooManyBytesTogetherAreAnswered503ButOneIsAlwaysTaken() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of("maxQueueBytes", "1k"))) {
      fixture.send("x".repeat(2000));
      fixture.send("y");
      assertThat(fixture.statuses()).containsExactly(503);
      fixture.takeAll();
      fixture.send("z");
      assertThat(fixture.service.queue().size()).isEqualTo(1);
    }
  }

  @Test
  void aRequestThatNobodyAnswersTimesOutAndLeavesTheQueue() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of("requestTimeout", "20ms"))) {
      fixture.send("a");
      await().untilAsserted(() -> assertThat(fixture.statuses()).containsExactly(504));
      await().untilAsserted(() -> assertThat(fixture.service.queue().size()).isZero());
      assertThat(fixture.service.openExchanges()).isZero();
    }
  }

  @Test
  void closingAnswersWhatIsOpenAndRefusesTheRest() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      fixture.send("a");
      fixture.service.close(1_000);
      fixture.send("b");
      assertThat(fixture.statuses()).containsExactly(503, 503);
      assertThat(fixture.service.openExchanges()).isZero();
    }
  }

  @Test
  void requestsThatComeInWhileTheServiceClosesAreAllAnswered() throws Exception {
    for (int round = 0; round < 50; round++) {
      try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
        ExecutorService clients = Executors.newFixedThreadPool(4);
        CountDownLatch begin = new CountDownLatch(1);
        for (int client = 0; client < 4; client++) {
          clients.execute(
              () -> {
                awaitQuietly(begin);
                for (int i = 0; i < 50; i++) {
                  fixture.send("a");
                }
              });
        }
        begin.countDown();
        fixture.service.close(1_000);
        clients.shutdown();
        assertThat(clients.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(fixture.replies).hasSize(200);
        assertThat(fixture.service.openExchanges()).isZero();
      }
    }
  }

  @Test
  void oneOfManyThreadsThatAnswerAtOnceWins() throws Exception {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      ExecutorService tasks = Executors.newFixedThreadPool(8);
      AtomicInteger won = new AtomicInteger();
      for (int i = 0; i < 500; i++) {
        fixture.send("a");
      }
      List<Exchange> exchanges = fixture.takeAll();
      for (int task = 0; task < 8; task++) {
        tasks.execute(
            () ->
                exchanges.forEach(
                    exchange -> {
                      if (fixture.service.answer(exchange.id(), ServiceFixture.ok())) {
                        won.incrementAndGet();
                      }
                    }));
      }
      tasks.shutdown();
      assertThat(tasks.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      assertThat(won).hasValue(500);
      assertThat(fixture.replies).hasSize(500);
    }
  }

  @Test
  void aServiceIsReadyWhileTheQueryOfTheLatestTermTakesItsRequests() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      ServerExchanges service = fixture.service;
      assertThat(service.readiness()).isEqualTo(Readiness.READY);
      service.beginTerm(2);
      service.release(1);
      assertThat(service.readiness()).isEqualTo(Readiness.READY);
      service.release(2);
      assertThat(service.readiness()).isEqualTo(Readiness.NO_QUERY);
      service.beginTerm(2);
      assertThat(service.readiness()).isEqualTo(Readiness.NO_QUERY);
      service.beginTerm(3);
      service.drain(3);
      assertThat(service.readiness()).isEqualTo(Readiness.DRAINING);
      service.beginTerm(4);
      assertThat(service.readiness()).isEqualTo(Readiness.READY);
      service.halt();
      assertThat(service.readiness()).isEqualTo(Readiness.STOPPED);
    }
  }

  @Test
  void aDrainedServiceRefusesAndEveryAnswerIsTheLastOfItsConnection() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      Header close = new Header("Connection", "close");
      fixture.send("a");
      fixture.service.drain(1);
      fixture.send("b");
      assertThat(fixture.service.refuse(1)).isEqualTo(2);
      fixture.send("c");
      for (Exchange exchange : fixture.takeAll()) {
        Header keep = new Header("connection", "keep-alive");
        ReplyMessage reply = new ReplyMessage(200, List.of(keep), new byte[0]);
        fixture.service.answer(exchange.id(), reply);
      }
      assertThat(fixture.service.refuse(1)).isZero();
      fixture.service.beginTerm(2);
      fixture.send("d");
      assertThat(fixture.statuses()).containsExactly(503, 200, 200);
      assertThat(fixture.replies.get(0).headers()).contains(close);
      assertThat(fixture.replies.get(1).headers()).containsExactly(close);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
