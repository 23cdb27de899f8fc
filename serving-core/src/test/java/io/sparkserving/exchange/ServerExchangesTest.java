package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServerExchangesTest {
  @Test
  void theFirstAnswerWinsAndNothingIsKept() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    fixture.send("a");
    long id = fixture.takeAll().get(0).id();
    assertThat(fixture.exchanges.answer(id, ExchangesFixture.ok())).isTrue();
    assertThat(fixture.exchanges.answer(id, ExchangesFixture.ok())).isFalse();
    assertThat(fixture.statuses()).containsExactly(200);
    assertThat(fixture.exchanges.openExchanges()).isZero();
    assertThat(fixture.exchanges.counters().dropped()).isEqualTo(1);
  }

  @Test
  void aFullQueueIsAnswered503AndTakesNothing() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("maxQueueSize", "2"));
    fixture.send("a");
    fixture.send("b");
    fixture.send("c");
    assertThat(fixture.statuses()).containsExactly(503);
    assertThat(fixture.replies.get(0).headers()).contains(new Header("Retry-After", "1"));
    assertThat(fixture.exchanges.queue().size()).isEqualTo(2);
    assertThat(fixture.exchanges.counters().rejected()).isEqualTo(1);
  }

  @Test
  void bodiesThatHoldTooManyBytesTogetherAreAnswered503ButOneIsAlwaysTaken() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("maxQueueBytes", "1k"));
    fixture.send("x".repeat(2000));
    fixture.send("y");
    assertThat(fixture.statuses()).containsExactly(503);
    fixture.takeAll();
    fixture.send("z");
    assertThat(fixture.exchanges.queue().size()).isEqualTo(1);
  }

  @Test
  void aRequestThatNobodyAnswersTimesOutAndLeavesTheQueue() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("requestTimeout", "20ms"));
    fixture.send("a");
    fixture.advance(Duration.ofMillis(19));
    assertThat(fixture.statuses()).isEmpty();
    fixture.advance(Duration.ofMillis(1));
    assertThat(fixture.statuses()).containsExactly(504);
    assertThat(fixture.exchanges.queue().size()).isZero();
    assertThat(fixture.exchanges.openExchanges()).isZero();
    assertThat(fixture.exchanges.counters().timedOut()).isEqualTo(1);
  }

  @Test
  void anAnsweredRequestDoesNotTimeOut() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("requestTimeout", "20ms"));
    fixture.send("a");
    fixture.exchanges.answer(fixture.takeAll().get(0).id(), ExchangesFixture.ok());
    fixture.advance(Duration.ofMillis(20));
    assertThat(fixture.statuses()).containsExactly(200);
    assertThat(fixture.exchanges.counters().timedOut()).isZero();
  }

  @Test
  void everyRequestTimesOutInItsOwnTime() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("requestTimeout", "60s"));
    fixture.send("a");
    fixture.advance(Duration.ofSeconds(25));
    fixture.send("b", Duration.ofSeconds(5));
    fixture.send("c");
    fixture.advance(Duration.ofMillis(4_999));
    assertThat(fixture.statuses()).isEmpty();
    fixture.advance(Duration.ofMillis(1));
    assertThat(fixture.statuses()).containsExactly(504);
    fixture.exchanges.answer(fixture.takeAll().get(0).id(), ExchangesFixture.ok());
    for (int second = 31; second < 85; second++) {
      fixture.advance(Duration.ofSeconds(1));
    }
    assertThat(fixture.statuses()).containsExactly(504, 200);
    fixture.advance(Duration.ofSeconds(1));
    assertThat(fixture.statuses()).containsExactly(504, 200, 504);
  }

  @Test
  void aRequestTimesOutThoughAnotherOneCannotBeAnswered() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("requestTimeout", "20ms"));
    fixture.exchanges.accept(
        ExchangesFixture.request("a"),
        (reply, done) -> {
          throw new IllegalStateException("Cannot write");
        });
    fixture.send("b");
    assertThatThrownBy(() -> fixture.advance(Duration.ofMillis(20)))
        .hasStackTraceContaining("Cannot write");
    fixture.advance(Duration.ZERO);
    assertThat(fixture.statuses()).containsExactly(504);
  }

  @Test
  void timesAreMeasuredFromArrivalToTaskAndFromThereToTheAnswer() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    fixture.send("a");
    fixture.advance(Duration.ofSeconds(2));
    Exchange exchange = fixture.takeAll().get(0);
    fixture.advance(Duration.ofSeconds(3));
    fixture.exchanges.answer(exchange.id(), ExchangesFixture.ok());
    Measurements measurements = Objects.requireNonNull(fixture.exchanges.measurements());
    assertThat(measurements.queueTime().totalSeconds()).isEqualTo(2);
    assertThat(measurements.queryTime().totalSeconds()).isEqualTo(3);
  }

  @Test
  void aServerThatLeavesTakesInRequestsForAsLongAsItSays() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    fixture.exchanges.leave(Duration.ofSeconds(2));
    assertThat(fixture.exchanges.readiness()).isEqualTo(Readiness.DRAINING);
    fixture.advance(Duration.ofMillis(1_999));
    fixture.send("a");
    assertThat(fixture.statuses()).isEmpty();
    fixture.advance(Duration.ofMillis(1));
    fixture.send("b");
    assertThat(fixture.statuses()).containsExactly(503);
  }

  @Test
  void closingAnswersWhatIsOpenAndRefusesTheRest() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    fixture.send("a");
    fixture.exchanges.close(1_000);
    fixture.send("b");
    assertThat(fixture.statuses()).containsExactly(503, 503);
    assertThat(fixture.exchanges.openExchanges()).isZero();
  }

  @Test
  void requestsThatComeInWhileTheServerClosesAreAllAnswered() throws Exception {
    for (int round = 0; round < 50; round++) {
      ExchangesFixture fixture = ExchangesFixture.of(Map.of());
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
      fixture.exchanges.close(1_000);
      clients.shutdown();
      assertThat(clients.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      assertThat(fixture.replies).hasSize(200);
      assertThat(fixture.exchanges.openExchanges()).isZero();
    }
  }

  @Test
  void oneOfManyThreadsThatAnswerAtOnceWins() throws Exception {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
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
                    if (fixture.exchanges.answer(exchange.id(), ExchangesFixture.ok())) {
                      won.incrementAndGet();
                    }
                  }));
    }
    tasks.shutdown();
    assertThat(tasks.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(won).hasValue(500);
    assertThat(fixture.replies).hasSize(500);
  }

  @Test
  void aServerIsReadyWhileTheQueryOfTheLatestTermTakesItsRequests() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    ServerExchanges exchanges = fixture.exchanges;
    assertThat(exchanges.readiness()).isEqualTo(Readiness.READY);
    exchanges.beginTerm(2);
    exchanges.release(1);
    assertThat(exchanges.readiness()).isEqualTo(Readiness.READY);
    exchanges.release(2);
    assertThat(exchanges.readiness()).isEqualTo(Readiness.NO_QUERY);
    exchanges.beginTerm(2);
    assertThat(exchanges.readiness()).isEqualTo(Readiness.NO_QUERY);
    exchanges.beginTerm(3);
    exchanges.drain(3);
    assertThat(exchanges.readiness()).isEqualTo(Readiness.DRAINING);
    exchanges.beginTerm(4);
    assertThat(exchanges.readiness()).isEqualTo(Readiness.READY);
    exchanges.halt();
    assertThat(exchanges.readiness()).isEqualTo(Readiness.STOPPED);
  }

  @Test
  void aDrainedServerRefusesAndEveryAnswerIsTheLastOfItsConnection() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    Header close = new Header("Connection", "close");
    fixture.send("a");
    fixture.exchanges.drain(1);
    fixture.send("b");
    assertThat(fixture.exchanges.refuse(1)).isEqualTo(2);
    fixture.send("c");
    for (Exchange exchange : fixture.takeAll()) {
      Header keep = new Header("connection", "keep-alive");
      ReplyMessage reply = new ReplyMessage(200, List.of(keep), new byte[0]);
      fixture.exchanges.answer(exchange.id(), reply);
    }
    assertThat(fixture.exchanges.refuse(1)).isZero();
    fixture.exchanges.beginTerm(2);
    fixture.send("d");
    assertThat(fixture.statuses()).containsExactly(503, 200, 200);
    assertThat(fixture.replies.get(0).headers()).contains(close);
    assertThat(fixture.replies.get(1).headers()).containsExactly(close);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anErrorWhileARequestIsAnsweredLeavesNoClientWaiting() {
    AtomicBoolean fails = new AtomicBoolean();
    NanoClock clock =
        () -> {
          if (fails.get()) {
            throw new StackOverflowError();
          }
          return 1;
        };
    ServerExchanges exchanges =
        new ServerExchanges(
            ServiceConfiguration.parse(Map.of("port", "0", "path", "api")),
            new TurnedTimer(new TurnedClock()),
            InstantSource.system(),
            clock);
    exchanges.beginTerm(1);
    AtomicInteger status = new AtomicInteger();
    exchanges.accept(
        ExchangesFixture.request("a"),
        (reply, done) -> {
          status.set(reply.status());
          done.accept(null);
        });
    Lease lease = exchanges.leases().open(new LeaseKey(1, 1, 0));
    long id = exchanges.queue().takeBatch(lease, 1).get(0).id();

    fails.set(true);

    assertThatThrownBy(() -> exchanges.answer(id, ExchangesFixture.ok()))
        .isInstanceOf(StackOverflowError.class);
    assertThat(status).hasValue(200);
  }
}
