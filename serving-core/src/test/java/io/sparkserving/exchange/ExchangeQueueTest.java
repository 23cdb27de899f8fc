package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExchangeQueueTest {
  /** Longer than any test: whoever waits for so long has to be woken. */
  private static final long AN_HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

  private static final long AN_HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

  private final ExchangesFixture fixture = ExchangesFixture.of(Map.of());
  private final ExchangeQueue queue = fixture.exchanges.queue();

  @Test
  void waitingEndsWhenARequestComes() throws Exception {
    BackgroundTask<Boolean> waiting =
        BackgroundTask.start(() -> queue.awaitNotEmpty(1, AN_HOUR_MILLIS));
    waiting.awaitAsleep();

    fixture.send("a");

    assertThat(waiting.result()).isTrue();
  }

  @Test
  void waitingEndsWithTheTimeOut() throws Exception {
    assertThat(queue.awaitNotEmpty(1, 1)).isFalse();
    assertThat(queue.take(fixture.lease(1, 0), 1)).isNull();
  }

  @Test
  void waitingCanBeInterrupted() {
    BackgroundTask<Boolean> waiting =
        BackgroundTask.start(() -> queue.awaitNotEmpty(1, AN_HOUR_MILLIS));

    waiting.interrupt();

    assertThatThrownBy(waiting::result).hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void aTaskOfALaterTermWaitsUntilThatBegins() throws Exception {
    Lease later = fixture.lease(2, 0);
    fixture.send("a");
    assertThat(queue.take(later, 0)).isNull();
    BackgroundTask<Exchange> taken = take(later);
    taken.awaitAsleep();

    queue.beginTerm(2);

    assertThat(taken.result()).isNotNull();
  }

  @Test
  void aTaskThatWaitsInATermThatEndsGetsNothing() throws Exception {
    Lease lease = fixture.lease(1, 0);
    BackgroundTask<Exchange> taken = take(lease);
    taken.awaitAsleep();

    queue.beginTerm(2);

    assertThat(taken.result()).isNull();
    assertThat(queue.isOver(1)).isTrue();
    fixture.send("a");
    assertThat(queue.take(lease, 0)).isNull();
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void aRequestThatWakesATaskWhoseLeaseHasEndedGoesToAnother() throws Exception {
    Lease ended = fixture.lease(1, 0);
    BackgroundTask<Exchange> first = take(ended);
    first.awaitAsleep();
    BackgroundTask<Exchange> second = take(fixture.lease(1, 1));
    second.awaitAsleep();
    fixture.exchanges.leases().giveBack(ended, Leases.Blame.NONE);

    fixture.send("a");

    assertThat(first.result()).isNull();
    assertThat(second.result()).isNotNull();
  }

  @Test
  void whatIsAnsweredAfterItCameBackIsNotTakenAgain() throws Exception {
    Lease failed = fixture.lease(1, 0);
    fixture.send("a");
    Exchange exchange = Objects.requireNonNull(queue.take(failed, 0));
    fixture.exchanges.leases().giveBack(failed, Leases.Blame.NONE);
    assertThat(fixture.exchanges.answer(exchange.id(), ExchangesFixture.ok())).isTrue();

    assertThat(queue.take(fixture.lease(1, 1), 0)).isNull();
    assertThat(queue.size()).isZero();
  }

  @Test
  void theOldestHasWaitedSinceItArrived() {
    assertThat(queue.oldestWaitNanos()).isZero();
    fixture.send("a");
    fixture.advance(Duration.ofNanos(3));
    fixture.send("b");
    fixture.advance(Duration.ofNanos(4));
    assertThat(queue.oldestWaitNanos()).isEqualTo(7);
  }

  @Test
  void aTaskWhoseAnswersKeepComingHasNoMoreThanAFewRequests() throws Exception {
    Lease lease = fixture.lease(1, 0);
    List<Long> taken = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      fixture.send("request " + i);
      taken.add(Objects.requireNonNull(queue.take(lease, 0)).id());
    }
    fixture.send("one more");
    BackgroundTask<Exchange> another = take(lease);
    another.awaitAsleep();
    assertThat(queue.size()).isEqualTo(1);

    taken.forEach(id -> fixture.exchanges.answer(id, ExchangesFixture.ok()));

    assertThat(another.result()).isNotNull();
  }

  @Test
  void aTaskThatAnswersNothingGetsMoreByAndBy() throws Exception {
    Lease lease = fixture.lease(1, 0);
    List<Integer> numbers = new ArrayList<>();
    for (int second = 0; second < 3; second++) {
      for (int i = 0; i < 1_000; i++) {
        fixture.send("request");
      }
      int taken = 0;
      while (queue.take(lease, 0) != null) {
        taken++;
      }
      numbers.add(taken);
      fixture.advance(Duration.ofMillis(500));
    }
    assertThat(numbers).containsExactly(64, 64, 64);
  }

  private BackgroundTask<Exchange> take(Lease lease) {
    return BackgroundTask.start(() -> queue.take(lease, AN_HOUR_NANOS));
  }
}
