package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final LeaseKey KEY = new LeaseKey(1, 1, 0);
  private static final int LAST = 3;

  private static List<Exchange> leased(ServiceFixture fixture, int count) {
    for (int i = 0; i < count; i++) {
      fixture.send("request " + i);
    }
    return fixture.service.queue().drain(fixture.service.leases().open(KEY));
  }

  @Test
  void aRetryGetsTheSameExchangesLessTheAnsweredOnes() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      List<Exchange> exchanges = leased(fixture, 3);
      fixture.service.answer(exchanges.get(0).id(), ServiceFixture.ok());
      assertThat(fixture.service.leases().redeliver(KEY, 1, LAST))
          .containsExactly(exchanges.get(1), exchanges.get(2));
      assertThat(exchanges).extracting(Exchange::failedAttempts).containsExactly(0, 1, 0);
    }
  }

  @Test
  void theOldestUnansweredIsGivenUpWhenItHasFailedOftenEnough() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of("maxRequestAttempts", "2"))) {
      List<Exchange> exchanges = leased(fixture, 2);
      fixture.service.leases().redeliver(KEY, 1, LAST);
      assertThat(fixture.service.leases().redeliver(KEY, 2, LAST))
          .containsExactly(exchanges.get(1));
      assertThat(fixture.statuses()).containsExactly(500);
      assertThat(fixture.service.counters().givenUp()).isEqualTo(1);
    }
  }

  @Test
  void askingTwiceForOneTryBlamesOnce() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      List<Exchange> exchanges = leased(fixture, 1);
      fixture.service.leases().redeliver(KEY, 1, LAST);
      fixture.service.leases().redeliver(KEY, 1, LAST);
      assertThat(exchanges.get(0).failedAttempts()).isEqualTo(1);
    }
  }

  @Test
  void theLastTryGetsNothingAndTheRestWaitsInFrontOfTheQueue() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of("maxRequestAttempts", "9"))) {
      List<Exchange> exchanges = leased(fixture, 2);
      fixture.send("later");
      assertThat(fixture.service.leases().redeliver(KEY, LAST, LAST)).isEmpty();
      fixture.service.leases().settle(1, 1);
      assertThat(fixture.statuses()).isEmpty();
      List<Exchange> waiting = fixture.takeAll();
      assertThat(waiting).hasSize(3).startsWith(exchanges.get(0), exchanges.get(1));
    }
  }

  @Test
  void settlingEndsWhatHasNoReply() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of("noReplyStatus", "404"))) {
      List<Exchange> exchanges = leased(fixture, 2);
      fixture.service.answer(exchanges.get(0).id(), ServiceFixture.ok());
      fixture.service.leases().settle(1, 1);
      assertThat(fixture.statuses()).containsExactly(200, 404);
      assertThat(fixture.service.leases().redeliver(KEY, 1, LAST)).isEmpty();
    }
  }

  @Test
  void withNoReplyStatusZeroSettlingLeavesRequestsOpen() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of("noReplyStatus", "0"))) {
      leased(fixture, 1);
      fixture.service.leases().settle(1, 1);
      assertThat(fixture.statuses()).isEmpty();
      assertThat(fixture.service.openExchanges()).isEqualTo(1);
    }
  }

  @Test
  void aLeaseThatGoesOnForgetsWhatIsAnsweredAndSettlesWhatIsFinished() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of("noReplyStatus", "404"))) {
      Lease lease = fixture.service.leases().open(KEY);
      for (int i = 0; i < 1_000; i++) {
        fixture.send("request " + i);
        Exchange exchange = fixture.service.queue().drain(lease).get(0);
        if (i != 0) {
          fixture.service.answer(exchange.id(), ServiceFixture.ok());
        }
      }
      assertThat(lease.delivered()).isEqualTo(1_000);
      assertThat(lease.size()).isLessThan(200);
      assertThat(fixture.service.leases().held(2)).isEqualTo(1);

      fixture.service.leases().settleDelivered(KEY, 500);

      assertThat(fixture.statuses()).hasSize(1_000).endsWith(404);
      assertThat(fixture.service.leases().held(2)).isZero();
      fixture.send("later");
      assertThat(fixture.service.queue().drain(lease)).hasSize(1);
    }
  }

  @Test
  void whatAQueryHeldWhenItEndedWaitsAgain() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of())) {
      List<Exchange> exchanges = leased(fixture, 3);
      fixture.service.answer(exchanges.get(1).id(), ServiceFixture.ok());

      fixture.service.leases().release(1);

      assertThat(fixture.takeAll()).containsExactly(exchanges.get(0), exchanges.get(2));
    }
  }

  @Test
  void theOldestOfATaskThatFailedForTheLastTimeIsToBlame() {
    try (ServiceFixture fixture = new ServiceFixture(Map.of("maxRequestAttempts", "1"))) {
      List<Exchange> exchanges = leased(fixture, 2);

      fixture.service.leases().giveUpTask(KEY, 0);

      assertThat(fixture.statuses()).containsExactly(500);
      assertThat(fixture.takeAll()).containsExactly(exchanges.get(1));
    }
  }
}
