package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks that hand on what they get to tasks behind a shuffle, which fail. */
class SuspectsAloneTest {
  private static final long AN_HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

  private final ExchangesFixture fixture = ExchangesFixture.of(Map.of("maxRequestAttempts", "2"));

  private Lease first;

  @BeforeEach
  void threeAreTaken() throws Exception {
    first = begin(1);
    SuspectsAlone taking = new SuspectsAlone(fixture.exchanges, first);
    for (String body : List.of("a", "b", "c")) {
      fixture.send(body);
      assertThat(body(taking.take(0))).isEqualTo(body);
    }
  }

  @Test
  void whatTasksHadWhenTheQueryFailedComesAlone() throws Exception {
    fail(1);
    fixture.send("new");
    SuspectsAlone taking = new SuspectsAlone(fixture.exchanges, begin(2));

    Exchange first = taking.take(0);
    assertThat(body(first)).isEqualTo("a");
    assertThat(taking.take(0)).as("while a is unanswered").isNull();
    BackgroundTask<Exchange> second = BackgroundTask.start(() -> taking.take(AN_HOUR_NANOS));
    second.awaitAsleep();
    answer(first);

    assertThat(body(second.result())).isEqualTo("b");
    answer(second.result());
    answer(taking.take(0));
    assertThat(body(taking.take(0))).isEqualTo("new");
    fixture.send("newer");
    assertThat(body(taking.take(0))).as("none of them has failed").isEqualTo("newer");
  }

  @Test
  void theOneThatFailsAgainIsGivenUp() throws Exception {
    fail(1);
    SuspectsAlone taking = new SuspectsAlone(fixture.exchanges, begin(2));
    answer(taking.take(0));
    assertThat(body(taking.take(0))).isEqualTo("b");

    fail(2);

    assertThat(fixture.statuses()).containsExactly(200, 500);
    SuspectsAlone again = new SuspectsAlone(fixture.exchanges, begin(3));
    assertThat(body(again.take(0))).isEqualTo("c");
  }

  @Test
  void whatADroppedRowWouldHaveAnsweredIsWaitedForASecond() throws Exception {
    fail(1);
    SuspectsAlone taking = new SuspectsAlone(fixture.exchanges, begin(2));
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      taken.add(body(taking.take(0)));
      fixture.advance(Duration.ofMillis(1_001));
    }

    assertThat(taken).containsExactly("a", "b", "c");
  }

  @Test
  void nobodyWaitsForAnswersOnceTheLeaseHasEnded() throws Exception {
    fail(1);
    Lease lease = begin(2);
    SuspectsAlone taking = new SuspectsAlone(fixture.exchanges, lease);
    taking.take(0);
    BackgroundTask<Exchange> next = BackgroundTask.start(() -> taking.take(AN_HOUR_NANOS));
    next.awaitAsleep();

    fixture.exchanges.leases().giveBack(lease, Leases.Blame.NONE);

    assertThat(next.result()).isNull();
  }

  @Test
  void nobodyIsToBlameForALostExecutorWheneverThatIsKnown() throws Exception {
    fail(1);
    fixture.exchanges.leases().acquit(first);
    Lease second = begin(2);
    takeAll(second);
    fixture.exchanges.leases().acquit(second);
    fail(2);

    takeAll(begin(3));
    assertThat(fixture.statuses()).isEmpty();
  }

  /** All at once, as none of them is to go alone. */
  private void takeAll(Lease lease) throws InterruptedException {
    SuspectsAlone taking = new SuspectsAlone(fixture.exchanges, lease);
    for (String body : List.of("a", "b", "c")) {
      assertThat(body(taking.take(0))).isEqualTo(body);
    }
  }

  @Test
  void whatIsThereWheneverAnExecutorIsLostIsToBlameAtLast() throws Exception {
    int losses = 0;
    while (fixture.statuses().isEmpty() && losses < 20) {
      losses++;
      fail(losses);
      fixture.exchanges.leases().acquit(first);
      first = begin(losses + 1);
      new SuspectsAlone(fixture.exchanges, first).take(0);
    }
    assertThat(fixture.statuses()).contains(500);
    assertThat(losses).as("more than one, as it may have been anything").isBetween(3, 10);
  }

  private Lease begin(long term) {
    fixture.exchanges.beginTerm(term);
    Lease lease = fixture.lease(term, 0);
    lease.finish();
    return lease;
  }

  /** Ends the query of a term. */
  private void fail(long term) {
    fixture.exchanges.release(term);
  }

  private void answer(@Nullable Exchange exchange) {
    fixture.exchanges.answer(Objects.requireNonNull(exchange).id(), ExchangesFixture.ok());
  }

  private static String body(@Nullable Exchange exchange) {
    byte[] body = Objects.requireNonNull(exchange).request().body();
    return new String(Objects.requireNonNull(body), StandardCharsets.UTF_8);
  }
}
