package io.sparkserving.driver.cluster;

import static io.sparkserving.driver.cluster.KnownServersTest.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PendingWorkTest {
  private static final long TERM = 1;
  private static final long LONG_MILLIS = 30_000;

  private final TurnedClock clock = new TurnedClock();
  private final KnownServers servers = new KnownServers(Duration.ZERO, all -> {}, clock);
  private final PendingWork work = new PendingWork(servers, clock);

  @BeforeEach
  void planFirstBatch() {
    servers.add(server("a", "7"));
    servers.add(server("b", "8"));
    work.beginTerm(TERM);
    work.takeWaitingExecutors();
  }

  private boolean isAny() throws InterruptedException {
    return work.await(TERM, 0);
  }

  @Test
  void requestsThatWaitAreWorkForTheNextBatch() throws Exception {
    assertThat(isAny()).isFalse();
    work.noteWaiting("a");
    work.noteWaiting("unknown");
    assertThat(isAny()).isTrue();

    assertThat(work.takeWaitingExecutors()).containsExactly("7");
    assertThat(isAny()).isFalse();
  }

  @Test
  void aBatchThatGoesOnShouldEndWhenRequestsWaitElsewhere() throws Exception {
    assertThat(work.noteWaiting("a")).isTrue();
    assertThat(isAny()).isTrue();
    assertThat(work.noteWaiting("b")).as("no batch goes on").isFalse();
  }

  @Test
  void aBatchThatIsToEndIsToldSoOnceHoweverManyServersWait() throws Exception {
    assertThat(work.noteWaiting("a")).isTrue();
    assertThat(work.noteWaiting("b")).isFalse();
    assertThat(work.serverIsMissing()).isFalse();

    clock.advance(Duration.ofMillis(100));
    assertThat(work.noteWaiting("b")).as("the message may be lost").isTrue();
    assertThat(work.noteWaiting("a")).isFalse();

    work.takeWaitingExecutors();
    assertThat(work.noteWaiting("a")).as("another batch").isTrue();
  }

  @Test
  void anExecutorThatLeavesNeedsNoBatch() throws Exception {
    work.noteWaiting("a");
    servers.executorLeaves("7");
    work.serversLeft();
    assertThat(work.noteWaiting("a")).isFalse();
    assertThat(isAny()).isFalse();
  }

  @Test
  void anExecutorThatComesIsWork() throws Exception {
    CompletableFuture<Boolean> waiting = awaitElsewhere(TERM);
    work.serverIsMissing();
    assertThat(waiting.get()).isTrue();
  }

  @Test
  void aTermThatHasNotBegunHasNoWork() throws Exception {
    CompletableFuture<Boolean> waiting = awaitElsewhere(TERM + 1);
    work.noteWaiting("a");
    assertThat(work.await(TERM + 1, 0)).isFalse();
    work.beginTerm(TERM + 1);
    assertThat(waiting.get()).isTrue();
    work.beginTerm(TERM);
    assertThat(work.term()).isEqualTo(TERM + 1);
  }

  private CompletableFuture<Boolean> awaitElsewhere(long term) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.await(term, LONG_MILLIS);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void requestsOfAQueryThatHasEndedMayWaitAnywhere() throws Exception {
    work.release();
    assertThat(isAny()).isTrue();
    assertThat(work.takeWaitingExecutors()).containsExactly("7", "8");
  }

  @Test
  void executorsThatMayLackAServerAreLookedForAgainInAWhile() throws Exception {
    work.lookAgainLater();
    clock.advance(Duration.ofSeconds(5));
    assertThat(isAny()).isFalse();
    clock.advance(Duration.ofNanos(1));
    assertThat(isAny()).isTrue();

    work.takeWaitingExecutors();
    assertThat(isAny()).isFalse();
  }
}
