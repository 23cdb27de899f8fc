package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LeasesTest {
  private static final LeaseKey KEY = new LeaseKey(1, 1, 0);
  private static final int LAST = 3;

  private static List<Exchange> leased(ExchangesFixture fixture, int count) {
    for (int i = 0; i < count; i++) {
      fixture.send("request " + i);
    }
    return fixture
        .exchanges
        .queue()
        .takeBatch(fixture.exchanges.leases().open(KEY), Integer.MAX_VALUE);
  }

  @Test
  void aRetryGetsTheSameExchangesLessTheAnsweredOnes() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    List<Exchange> exchanges = leased(fixture, 3);
    fixture.exchanges.answer(exchanges.get(0).id(), ExchangesFixture.ok());
    assertThat(fixture.exchanges.leases().redeliver(KEY, 1, LAST))
        .containsExactly(exchanges.get(1), exchanges.get(2));
    assertThat(exchanges).extracting(Exchange::failedAttempts).containsExactly(0, 1, 0);
  }

  @Test
  void theOldestUnansweredIsGivenUpWhenItHasFailedOftenEnough() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("maxRequestAttempts", "2"));
    List<Exchange> exchanges = leased(fixture, 3);
    fixture.exchanges.answer(exchanges.get(0).id(), ExchangesFixture.ok());
    fixture.exchanges.leases().redeliver(KEY, 1, LAST);
    assertThat(fixture.exchanges.leases().redeliver(KEY, 2, LAST))
        .containsExactly(exchanges.get(2));
    assertThat(fixture.statuses()).containsExactly(200, 500);
    assertThat(fixture.exchanges.counters().givenUp()).isEqualTo(1);
  }

  /** As with functions in Python, which Spark feeds a hundred rows at a time. */
  @Test
  void aTryThatHasAnsweredNoneOfSeveralMakesAllSuspects() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("maxRequestAttempts", "2"));
    List<Exchange> exchanges = leased(fixture, 3);

    assertThat(fixture.exchanges.leases().redeliver(KEY, 1, LAST)).isEmpty();

    assertThat(fixture.exchanges.leases().redeliver(KEY, 2, LAST)).isEmpty();
    assertThat(exchanges).extracting(Exchange::failedAttempts).containsExactly(1, 1, 1);
    assertThat(fixture.statuses()).isEmpty();
    LeaseKey alone = new LeaseKey(1, 2, 0);
    assertThat(fixture.exchanges.queue().takeShare(fixture.exchanges.leases().open(alone), 1))
        .containsExactly(exchanges.get(0));
    fixture.exchanges.leases().giveUpTask(alone, 0);
    assertThat(fixture.statuses()).containsExactly(500);
    assertThat(fixture.takeAll()).containsExactly(exchanges.get(1), exchanges.get(2));
  }

  @Test
  void oneAmongManyIsFoundOutInAFewTries() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("maxRequestAttempts", "2"));
    List<Exchange> exchanges = leased(fixture, 1000);
    Exchange bad = exchanges.get(321);
    fixture.exchanges.leases().giveUpTask(KEY, 0);
    int tries = 0;
    while (fixture.exchanges.queue().size() > 0) {
      LeaseKey key = new LeaseKey(1, 2 + tries, 0);
      List<Exchange> share =
          fixture.exchanges.queue().takeShare(fixture.exchanges.leases().open(key), 1);
      if (share.contains(bad)) {
        fixture.exchanges.leases().giveUpTask(key, 0);
      } else {
        share.forEach(each -> fixture.exchanges.answer(each.id(), ExchangesFixture.ok()));
      }
      tries++;
    }
    assertThat(fixture.statuses()).hasSize(1000).containsOnlyOnce(500).containsOnly(200, 500);
    assertThat(tries).isLessThan(50);
  }

  @Test
  void askingTwiceForOneTryBlamesOnce() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    List<Exchange> exchanges = leased(fixture, 1);
    fixture.exchanges.leases().redeliver(KEY, 1, LAST);
    fixture.exchanges.leases().redeliver(KEY, 1, LAST);
    assertThat(exchanges.get(0).failedAttempts()).isEqualTo(1);
  }

  @Test
  void theLastTryGetsNothingAndTheRestWaitsInFrontOfTheQueue() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("maxRequestAttempts", "9"));
    List<Exchange> exchanges = leased(fixture, 2);
    fixture.send("later");
    assertThat(fixture.exchanges.leases().redeliver(KEY, LAST, LAST)).isEmpty();
    fixture.exchanges.leases().settle(1, 1);
    assertThat(fixture.statuses()).isEmpty();
    List<Exchange> waiting = fixture.takeAll();
    assertThat(waiting).hasSize(3).startsWith(exchanges.get(0), exchanges.get(1));
  }

  @Test
  void settlingEndsWhatHasNoReply() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("noReplyStatus", "404"));
    List<Exchange> exchanges = leased(fixture, 2);
    fixture.exchanges.answer(exchanges.get(0).id(), ExchangesFixture.ok());
    fixture.exchanges.leases().settle(1, 1);
    assertThat(fixture.statuses()).containsExactly(200, 404);
    assertThat(fixture.exchanges.leases().redeliver(KEY, 1, LAST)).isEmpty();
  }

  @Test
  void whatATaskHasPassedIsEndedUnlessItIsAnsweredOrAnothersByNow() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("noReplyStatus", "404"));
    Leases leases = fixture.exchanges.leases();
    Lease lease = leases.open(KEY);
    for (int i = 0; i < 3; i++) {
      fixture.send("request " + i);
    }
    List<Exchange> exchanges = fixture.exchanges.queue().takeBatch(lease, Integer.MAX_VALUE);
    fixture.exchanges.answer(exchanges.get(0).id(), ExchangesFixture.ok());

    leases.settlePassed(lease, exchanges.get(0));
    leases.settlePassed(lease, exchanges.get(1));
    assertThat(fixture.statuses()).containsExactly(200, 404);

    leases.giveBack(lease, Leases.Blame.NONE);
    leases.settlePassed(lease, exchanges.get(2));
    assertThat(fixture.statuses()).containsExactly(200, 404);
    assertThat(fixture.takeAll()).containsExactly(exchanges.get(2));
  }

  @Test
  void whatATaskHasHadForLongerThanNoReplyAfterIsEnded() {
    ExchangesFixture fixture =
        ExchangesFixture.of(Map.of("noReplyStatus", "404", "noReplyAfter", "4s"));
    fixture.send("waits for the query");
    fixture.advance(Duration.ofSeconds(5));
    Lease lease = fixture.exchanges.leases().open(KEY);
    Exchange first = fixture.exchanges.queue().takeBatch(lease, Integer.MAX_VALUE).get(0);
    fixture.advance(Duration.ofSeconds(3));
    fixture.send("is taken later");
    Exchange second = fixture.exchanges.queue().takeBatch(lease, Integer.MAX_VALUE).get(0);
    assertThat(fixture.statuses()).isEmpty();

    fixture.advance(Duration.ofSeconds(2));
    assertThat(fixture.statuses()).containsExactly(404);
    assertThat(first.isAnswered()).isTrue();
    assertThat(second.isAnswered()).isFalse();

    fixture.exchanges.leases().giveBack(lease, Leases.Blame.NONE);
    fixture.advance(Duration.ofSeconds(5));
    fixture.exchanges.halt();
    assertThat(fixture.statuses()).containsExactly(404, 503);
  }

  @Test
  void withNoReplyStatusZeroSettlingLeavesRequestsOpen() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("noReplyStatus", "0"));
    leased(fixture, 1);
    fixture.exchanges.leases().settle(1, 1);
    assertThat(fixture.statuses()).isEmpty();
    assertThat(fixture.exchanges.openExchanges()).isEqualTo(1);
  }

  @Test
  void aLeaseThatGoesOnForgetsWhatIsAnsweredAndSettlesWhatIsFinished() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("noReplyStatus", "404"));
    Lease lease = fixture.exchanges.leases().open(KEY);
    for (int i = 0; i < 1_000; i++) {
      fixture.send("request " + i);
      Exchange exchange = fixture.exchanges.queue().takeBatch(lease, Integer.MAX_VALUE).get(0);
      if (i != 0) {
        fixture.exchanges.answer(exchange.id(), ExchangesFixture.ok());
      }
    }
    assertThat(lease.delivered()).isEqualTo(1_000);
    assertThat(lease.size()).isLessThan(200);
    assertThat(fixture.exchanges.leases().held(2)).isEqualTo(1);

    fixture.exchanges.leases().settleDelivered(KEY, 500);

    assertThat(fixture.statuses()).hasSize(1_000).endsWith(404);
    assertThat(fixture.exchanges.leases().held(2)).isZero();
    fixture.send("later");
    assertThat(fixture.exchanges.queue().takeBatch(lease, Integer.MAX_VALUE)).hasSize(1);
  }

  @Test
  void whatAQueryHeldWhenItEndedWaitsAgain() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of());
    List<Exchange> exchanges = leased(fixture, 3);
    fixture.exchanges.answer(exchanges.get(1).id(), ExchangesFixture.ok());

    fixture.exchanges.leases().release(1);

    assertThat(fixture.takeAll()).containsExactly(exchanges.get(0), exchanges.get(2));
  }

  @Test
  void theOldestOfATaskThatFailedForTheLastTimeIsToBlame() {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("maxRequestAttempts", "1"));
    List<Exchange> exchanges = leased(fixture, 2);

    fixture.exchanges.leases().giveUpTask(KEY, 0);

    assertThat(fixture.statuses()).containsExactly(500);
    assertThat(fixture.takeAll()).containsExactly(exchanges.get(1));
  }

  /** All that answers a request which a task holds. */
  private static List<BiConsumer<Leases, Lease>> waysToAnswer() {
    return List.of(
        (leases, lease) -> leases.redeliver(KEY, 1, LAST),
        (leases, lease) -> leases.giveUpTask(KEY, 0),
        (leases, lease) -> leases.giveBack(lease, Leases.Blame.OLDEST),
        (leases, lease) -> {
          lease.finish();
          leases.release(1);
        },
        (leases, lease) -> leases.settle(1, 1),
        (leases, lease) -> leases.settleDelivered(KEY, 1));
  }

  /** An answer may go on to its connection's next request, and that ask for all leases. */
  @ParameterizedTest
  @MethodSource("waysToAnswer")
  void nobodyIsAnsweredWhileTheLeasesAreLocked(BiConsumer<Leases, Lease> answer) {
    ExchangesFixture fixture = ExchangesFixture.of(Map.of("maxRequestAttempts", "1"));
    Leases leases = fixture.exchanges.leases();
    AtomicBoolean answered = new AtomicBoolean();
    fixture.exchanges.accept(
        ExchangesFixture.request("a"),
        (reply, done) -> {
          BackgroundTask<Integer> asked = BackgroundTask.start(leases::size);
          assertThatCode(asked::result).doesNotThrowAnyException();
          answered.set(true);
          done.accept(null);
        });
    Lease lease = leases.open(KEY);
    fixture.exchanges.queue().takeBatch(lease, 1);

    answer.accept(leases, lease);

    assertThat(answered).isTrue();
  }
}
