package io.sparkserving.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.query.Supervision.Phase;
import io.sparkserving.testing.TurnedClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.Map$;

class SupervisedRunsTest {
  private final TurnedClock clock = new TurnedClock();
  private final StreamingQuery first = new StartingQuery(clock).asQuery();
  private final SupervisedRuns runs = new SupervisedRuns(first, clock);
  private final ExecutorService threads = Executors.newSingleThreadExecutor();

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void aRestartGoesFromRunningToRunning() throws InterruptedException {
    StreamingQuery second = new StartingQuery(clock).asQuery();

    assertThat(runs.phase()).isEqualTo(Phase.RUNNING);
    assertThat(runs.noteFailure(new IllegalStateException("first"))).isTrue();
    assertThat(runs.pause(Duration.ZERO)).isTrue();
    assertThat(runs.phase()).isEqualTo(Phase.RESTARTING);
    assertThat(runs.begin(second)).isTrue();
    runs.noteServing();

    assertThat(runs.phase()).isEqualTo(Phase.RUNNING);
    assertThat(runs.query()).isSameAs(second);
    assertThat(runs.restarts()).isEqualTo(1);
    assertThat(runs.lastFailure()).get().extracting(Throwable::getMessage).isEqualTo("first");
  }

  @Test
  void aQueryIsGivenUpForTheEndOfItsLastRunAndForWhatKeptAnotherFromStarting() {
    StreamingQueryException end =
        new StreamingQueryException(
            "full", new IOException("full"), "STREAM_FAILED", Map$.MODULE$.empty());
    IOException keptFromStarting = new IOException("No space left on device");
    runs.noteFailure(end);
    runs.noteFailure(keptFromStarting);

    runs.giveUp();

    assertThat(runs.isGivenUp()).isTrue();
    assertThat(runs.exception()).containsSame(end);
    assertThat(end).hasSuppressedException(keptFromStarting);
  }

  @Test
  void aPauseLastsUntilTheClockSaysSo() throws Exception {
    Future<Boolean> pause = threads.submit(() -> runs.pause(Duration.ofMillis(20)));
    await().until(() -> runs.phase() == Phase.RESTARTING);
    clock.advance(Duration.ofMillis(19));
    assertThat(pause.isDone()).isFalse();

    clock.advance(Duration.ofMillis(1));

    assertThat(pause.get()).isTrue();
  }

  @Test
  void aStopEndsAPauseAndLetsNoFurtherRunBegin() throws Exception {
    Future<Boolean> pause = threads.submit(() -> runs.pause(Duration.ofHours(1)));
    await().until(() -> runs.phase() == Phase.RESTARTING);

    assertThat(runs.beginStopping()).isSameAs(first);

    assertThat(pause.get()).isFalse();
    assertThat(runs.begin(new StartingQuery(clock).asQuery())).isFalse();
    assertThat(runs.noteFailure(new IllegalStateException("late"))).isFalse();
  }

  @Test
  void whoWaitsForTheEndIsWokenByIt() throws Exception {
    Future<Boolean> ended = threads.submit(() -> runs.awaitEnd(Long.MAX_VALUE));

    assertThat(runs.end()).isTrue();

    assertThat(ended.get()).isTrue();
    assertThat(runs.end()).isFalse();
  }

  @Test
  void whoWaitsForTheEndWaitsNoLongerThanAskedFor() throws InterruptedException {
    assertThat(runs.awaitEnd(0)).isFalse();
  }

  @Test
  void aStoppedQueryIsNotGivenUpAndAGivenUpOneCanBeStopped() {
    runs.giveUp();
    assertThat(runs.phase()).isEqualTo(Phase.GIVEN_UP);
    assertThat(runs.end()).isTrue();

    runs.giveUp();

    assertThat(runs.phase()).isEqualTo(Phase.STOPPED);
  }
}
