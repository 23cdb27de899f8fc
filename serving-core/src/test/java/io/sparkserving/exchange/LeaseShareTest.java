package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Leases.Blame;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What readers of one partition have in common. */
class LeaseShareTest {
  private static final LeaseKey KEY = new LeaseKey(1, 1, 0);

  private final ExchangesFixture fixture =
      ExchangesFixture.of(Map.of("maxRequestAttempts", "2", "noReplyStatus", "404"));
  private final Leases leases = fixture.exchanges.leases();

  /** What a reader that begins now gets. */
  private List<Exchange> read(LeaseKey key) {
    Lease lease = leases.join(key);
    return leases.share(lease, () -> fixture.exchanges.queue().takeShare(lease, 1)).join();
  }

  @Test
  void allReadersOfAPartitionGetWhatTheFirstOneTook() {
    fixture.send("one");
    fixture.send("two");
    List<Exchange> taken = read(KEY);
    fixture.exchanges.answer(taken.get(0).id(), ExchangesFixture.ok());
    fixture.send("later");

    assertThat(read(KEY)).isEqualTo(taken).hasSize(2);
    assertThat(read(new LeaseKey(1, 1, 1))).hasSize(1);
    leases.settle(1, 1);
    assertThat(fixture.statuses()).containsExactly(200, 404, 404);
  }

  @Test
  void readersAfterOneThatFoundNothingGetNothing() {
    assertThat(read(KEY)).isEmpty();
    fixture.send("later");
    assertThat(read(KEY)).isEmpty();
    assertThat(fixture.takeAll()).hasSize(1);
  }

  @Test
  void aReaderWaitsForTheOneThatTakes() throws Exception {
    fixture.send("one");
    Lease lease = leases.join(KEY);
    CountDownLatch takes = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<List<Exchange>> first =
        CompletableFuture.supplyAsync(
            () ->
                leases
                    .share(
                        lease,
                        () -> {
                          takes.countDown();
                          await(goOn);
                          return fixture.exchanges.queue().takeShare(lease, 1);
                        })
                    .join());
    await(takes);
    CompletableFuture<List<Exchange>> second = leases.share(leases.join(KEY), List::of);
    assertThat(second).isNotDone();
    goOn.countDown();
    assertThat(second.get(10, TimeUnit.SECONDS))
        .isEqualTo(first.get(10, TimeUnit.SECONDS))
        .hasSize(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFailedReaderThatWasAloneGivesBackAndItsNextTryTakesAnew() {
    fixture.send("one");
    read(KEY);
    leases.giveBack(KEY, Blame.NONE);
    fixture.send("two");
    assertThat(read(KEY)).hasSize(2);
  }

  @Test
  void aFailedReaderAmongOthersGetsTheSameAgainLessWhatIsGivenUp() {
    fixture.send("one");
    fixture.send("two");
    List<Exchange> taken = read(KEY);
    read(KEY);
    fixture.exchanges.answer(taken.get(0).id(), ExchangesFixture.ok());
    fixture.send("later");

    leases.giveBack(KEY, Blame.OLDEST);
    assertThat(read(KEY)).isEqualTo(taken);

    leases.giveBack(KEY, Blame.OLDEST);
    assertThat(read(KEY)).containsExactly(taken.get(0));
    assertThat(fixture.statuses()).containsExactly(200, 500);
  }

  @Test
  void ofSeveralReadersAFailureMakesAllSuspectsThatAreUnanswered() {
    for (int i = 0; i < 4; i++) {
      fixture.send("request " + i);
    }
    List<Exchange> taken = read(KEY);
    read(KEY);
    fixture.exchanges.answer(taken.get(0).id(), ExchangesFixture.ok());

    leases.giveBack(KEY, Blame.OLDEST);

    assertThat(taken).extracting(Exchange::failedAttempts).containsExactly(0, 1, 1, 1);
    fixture.exchanges.release(1);
    fixture.exchanges.beginTerm(2);
    assertThat(taken).extracting(Exchange::failedAttempts).containsExactly(0, 1, 1, 1);
    assertThat(read(new LeaseKey(2, 1, 0))).containsExactly(taken.get(1));
  }

  /** Another reader must not take what this one has not seen. */
  @Test
  void afterALastTryNobodyGetsAnythingOfThePartition() {
    fixture.send("one");
    leases.withdraw(leases.join(KEY));
    assertThat(read(KEY)).isEmpty();
    leases.settle(1, 1);
    assertThat(fixture.statuses()).isEmpty();
    assertThat(read(new LeaseKey(1, 2, 0))).hasSize(1);
  }

  @Test
  void aShareThatIsForgottenIsGivenBackWhoeverElseHasCome() {
    fixture.send("one");
    Lease lease = leases.join(KEY);
    leases.share(lease, () -> fixture.exchanges.queue().takeShare(lease, 1)).join();
    lease.share().forget();

    assertThat(read(KEY)).hasSize(1);
    leases.giveBack(lease, Blame.NONE);
    assertThat(fixture.exchanges.queue().size()).isZero();
  }
}
