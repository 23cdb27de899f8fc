package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What those may do to others who do not wait, and what is known of a query that has stalled. */
class LoadSheddingTest {
  private static final Duration STEP = Duration.ofMillis(100);

  private final ExchangesFixture fixture =
      ExchangesFixture.of(Map.of("maxQueueSize", "20", "requestTimeout", "60min"));
  private final Lease lease = fixture.lease(1, 0);

  private Exchange take() throws InterruptedException {
    return Objects.requireNonNull(fixture.exchanges.queue().take(lease, 0));
  }

  /** Lets the query answer what waits, each request in so long. */
  private void answerAll(Duration each) throws InterruptedException {
    Exchange taken = fixture.exchanges.queue().take(lease, 0);
    while (taken != null) {
      fixture.advance(each);
      fixture.exchanges.answer(taken.id(), ExchangesFixture.ok());
      taken = fixture.exchanges.queue().take(lease, 0);
    }
  }

  private void send(int number) {
    for (int i = 0; i < number; i++) {
      fixture.send("request");
    }
  }

  private void send(Duration patience) {
    fixture.exchanges.accept(
        ExchangesFixture.request("hasty"),
        patience,
        (reply, done) -> {
          fixture.replies.add(reply);
          done.accept(null);
        });
  }

  private List<String> retryAfter() {
    return fixture.replies.stream()
        .flatMap(reply -> reply.headers().stream())
        .filter(header -> header.name().equals("Retry-After"))
        .map(Header::value)
        .toList();
  }

  @Test
  void clientsThatWaitForLessThanTheQueryTakesDoNotHaveOthersRefused() throws Exception {
    send(20);
    answerAll(STEP);
    fixture.replies.clear();
    for (int i = 0; i < 100; i++) {
      send(Duration.ofMillis(1));
      fixture.advance(STEP);
      fixture.send("request");
      answerAll(STEP);
    }
    assertThat(fixture.statuses()).contains(504).doesNotContain(503);
    assertThat(fixture.exchanges.queue().entrance().isShedding()).isFalse();
  }

  @Test
  void clientsThatLeaveDoNotHaveOthersRefusedWhereTheQueryIsQuick() throws Exception {
    Duration quick = Duration.ofMillis(1);
    send(20);
    answerAll(quick);
    fixture.replies.clear();
    for (int i = 0; i < 100; i++) {
      for (int leaving = 0; leaving < 10; leaving++) {
        fixture.exchanges.accept(ExchangesFixture.request("leaves"), new Gone());
      }
      send(8);
      // At first as where the machine has other things to do.
      fixture.advance(Duration.ofMillis(i == 0 ? 2_000 : 60));
      answerAll(quick);
    }
    assertThat(fixture.statuses()).hasSize(800).containsOnly(200);
  }

  @Test
  void aQueryThatStoodStillIsNotHeldToBeSlowWhenItGoesOn() throws Exception {
    Duration quick = Duration.ofMillis(1);
    send(20);
    answerAll(quick);
    for (int second = 0; second < 45; second++) {
      for (int client = 0; client < 3; client++) {
        send(Duration.ofSeconds(1));
      }
      fixture.advance(Duration.ofSeconds(1));
    }
    assertThat(fixture.exchanges.queue().entrance().isShedding()).isTrue();
    send(1);
    answerAll(quick);
    fixture.replies.clear();
    for (int i = 0; i < 100; i++) {
      send(8);
      fixture.advance(STEP);
      answerAll(quick);
    }
    assertThat(fixture.statuses()).hasSize(800).containsOnly(200);
  }

  @Test
  void whatCameTooLateForAStandstillIsNotHeldAgainstTheQueryThatGoesOn() throws Exception {
    Duration quick = Duration.ofMillis(1);
    send(20);
    answerAll(quick);
    fixture.advance(Duration.ofSeconds(30));
    for (int i = 0; i < 20; i++) {
      send(Duration.ofSeconds(1));
    }
    Exchange first = take();
    fixture.advance(Duration.ofSeconds(2));
    fixture.exchanges.answer(first.id(), ExchangesFixture.ok());
    fixture.replies.clear();
    for (int i = 0; i < 100; i++) {
      send(8);
      fixture.advance(STEP);
      answerAll(quick);
    }
    assertThat(fixture.statuses()).hasSize(800).containsOnly(200);
  }

  @Test
  void aBurstDoesNotHaveRequestsRefusedForLong() throws Exception {
    for (int i = 0; i < 100; i++) {
      send(5);
      Exchange taken = take();
      fixture.advance(STEP.multipliedBy(3));
      fixture.exchanges.answer(taken.id(), ExchangesFixture.ok());
    }
    assertThat(fixture.exchanges.queue().entrance().isShedding()).isTrue();
    answerAll(STEP);
    for (int i = 0; i < 100; i++) {
      callAtOnce();
    }
    fixture.replies.clear();
    for (int i = 0; i < 100; i++) {
      callAtOnce();
    }
    assertThat(fixture.statuses()).containsOnly(200);
  }

  /** More requests than may wait under overload come at once, ten times a second. */
  private void callAtOnce() throws InterruptedException {
    send(12);
    answerAll(Duration.ofMillis(1));
    fixture.advance(STEP);
  }

  private static final class Gone implements Responder {
    @Override
    public void respond(ReplyMessage reply, Consumer<@Nullable Throwable> done) {
      done.accept(null);
    }

    @Override
    public boolean isAbandoned() {
      return true;
    }
  }

  @Test
  void whatAQueryOnceTookSaysNothingMuchLater() throws Exception {
    send(12);
    answerAll(Duration.ofSeconds(5));
    fixture.replies.clear();
    fixture.advance(Duration.ofMinutes(1));
    fixture.send("waits");
    send(Duration.ofSeconds(4));
    assertThat(fixture.statuses()).isEmpty();
    answerAll(STEP);
    assertThat(fixture.statuses()).containsOnly(200);
  }

  @Test
  void nobodyIsToldToComeBackMuchLater() throws Exception {
    for (int i = 0; i < 6; i++) {
      send(20);
      Exchange taken = take();
      fixture.advance(Duration.ofSeconds(20));
      fixture.exchanges.answer(taken.id(), ExchangesFixture.ok());
    }
    fixture.replies.clear();
    send(20);
    assertThat(retryAfter()).isNotEmpty().containsOnly("60");
  }

  @Test
  void aQueryThatHasStalledIsNotWaitedFor() throws Exception {
    for (int i = 0; i < 20; i++) {
      send(Duration.ofSeconds(30));
    }
    for (int i = 0; i < 10; i++) {
      Exchange taken = take();
      fixture.advance(STEP);
      fixture.exchanges.answer(taken.id(), ExchangesFixture.ok());
    }
    fixture.replies.clear();
    for (int i = 0; i < 10; i++) {
      send(Duration.ofSeconds(30));
    }
    fixture.advance(Duration.ofSeconds(31));
    assertThat(fixture.statuses()).hasSize(20).containsOnly(504);
    fixture.replies.clear();
    send(20);
    assertThat(fixture.statuses()).isNotEmpty().containsOnly(503);
  }

  @Test
  void whatHasWaitedForAQueryToRunAgainIsNoOverload() throws Exception {
    send(20);
    answerAll(STEP);
    fixture.replies.clear();
    send(20);
    fixture.advance(Duration.ofSeconds(20));

    fixture.exchanges.release(1);
    fixture.exchanges.beginTerm(2);
    Lease next = fixture.lease(2, 0);
    for (int i = 0; i < 20; i++) {
      Exchange taken = Objects.requireNonNull(fixture.exchanges.queue().take(next, 0));
      fixture.advance(STEP);
      fixture.exchanges.answer(taken.id(), ExchangesFixture.ok());
      fixture.send("another");
    }

    assertThat(fixture.statuses()).hasSize(20).containsOnly(200);
    assertThat(fixture.exchanges.queue().entrance().isShedding()).isFalse();
  }

  @Test
  void aShareIsMeasuredWhereSomeOfItWereDropped() {
    Pace pace = new Pace();
    Lease shared = new Lease(new LeaseKey(1, 1, 1), pace, fixture.clock);
    shared.noteAnswered(Exchange.NOT_TAKEN);
    send(2);
    shared.beginShare(fixture.takeAll());
    fixture.advance(STEP);
    shared.noteAnswered(Exchange.NOT_TAKEN);
    assertThat(pace.quickestNanos()).isZero();
    fixture.advance(STEP);
    shared.noteAnswered(Exchange.NOT_TAKEN);
    assertThat(pace.quickestNanos()).isEqualTo(2 * STEP.toNanos());
  }
}
