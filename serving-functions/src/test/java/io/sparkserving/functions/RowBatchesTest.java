package io.sparkserving.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.functions.RowBatches.Next;
import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class RowBatchesTest {
  private final RowBatches batches = new RowBatches(1024, 0, NanoClock.SYSTEM);

  @Test
  void aRowGoesAtOnceWhereNoneIsUnderWay() {
    assertThat(batches.offer(row(1))).containsExactly(row(1));
    assertThat(batches.offer(row(2))).isEmpty();
  }

  @Test
  void whatWaitsMeanwhileIsTheNextBatch() throws Exception {
    batches.offer(row(0));
    batches.noteSent();
    for (int i = 1; i <= 5; i++) {
      assertThat(batches.offer(row(i))).isEmpty();
    }
    assertThat(batches.next()).isEqualTo(new Next.Receive(rows(0, 1)));
    assertThat(batches.noteReceived()).isEqualTo(rows(1, 6));
    batches.noteSent();
    assertThat(batches.next()).isEqualTo(new Next.Receive(rows(1, 6)));
    assertThat(batches.noteReceived()).isEmpty();
  }

  @Test
  void noMoreRowsAreReadThanTheNextBatchMayHave() throws Exception {
    batches.offer(row(0));
    for (int i = 1; i <= 16; i++) {
      assertThat(batches.awaitRoom()).isTrue();
      batches.offer(row(i));
    }
    CompletableFuture<Boolean> room = CompletableFuture.supplyAsync(this::awaitRoom);
    assertThat(room).isNotDone();
    batches.noteSent();
    batches.next();
    batches.noteReceived();
    assertThat(room.get(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void howLongABatchTookAndHowManyRowsWaitIsTold() throws Exception {
    TurnedClock clock = new TurnedClock();
    RowBatches measured = new RowBatches(1024, 0, clock);
    measured.offer(row(0));
    clock.advance(Duration.ofMillis(1));
    measured.noteSent();
    measured.offer(row(1));
    measured.offer(row(2));
    assertThat(measured.waiting()).isEqualTo(2);
    clock.advance(Duration.ofMillis(7));
    measured.next();
    measured.noteReceived();
    assertThat(measured.tookNanos()).isEqualTo(Duration.ofMillis(7).toNanos());
    assertThat(measured.waiting()).isZero();
  }

  @Test
  void whatWaitsGoesAtTheEndOfTheInput() throws Exception {
    batches.offer(row(0));
    batches.offer(row(1));
    batches.noteSent();
    batches.end(null);
    assertThat(batches.next()).isEqualTo(new Next.Receive(rows(0, 1)));
    assertThat(batches.noteReceived()).isEqualTo(rows(1, 2));
    batches.noteSent();
    batches.next();
    batches.noteReceived();
    assertThat(batches.next()).isEqualTo(new Next.End(null));
    assertThat(batches.awaitRoom()).isFalse();
  }

  @Test
  void aFailureOfTheInputIsToldOnceNothingIsUnderWay() throws Exception {
    IllegalStateException failure = new IllegalStateException("a failure");
    batches.offer(row(0));
    batches.noteSent();
    batches.end(failure);
    assertThat(batches.next()).isEqualTo(new Next.Receive(rows(0, 1)));
    batches.noteReceived();
    assertThat(batches.next()).isEqualTo(new Next.End(failure));
  }

  @Test
  void aBatchThatCouldNotBeSentIsNotWaitedFor() throws Exception {
    IllegalStateException failure = new IllegalStateException("cannot be sent");
    batches.offer(row(0));
    batches.end(failure);
    assertThat(batches.next()).isEqualTo(new Next.End(failure));
  }

  @Test
  void rowsWaitForOthersWhereThatIsAskedFor() throws Exception {
    TurnedClock clock = new TurnedClock();
    RowBatches patient = new RowBatches(3, Duration.ofSeconds(1).toNanos(), clock);
    assertThat(patient.offer(row(0))).isEmpty();
    assertThat(patient.offer(row(1))).isEmpty();
    assertThat(patient.offer(row(2))).isEqualTo(rows(0, 3));
    patient.noteSent();
    patient.next();
    patient.noteReceived();

    patient.offer(row(3));
    clock.advance(Duration.ofSeconds(2));
    assertThat(patient.next()).isEqualTo(new Next.Send(rows(3, 4)));
  }

  @Test
  void theTasksThreadIsWokenByWhatItWaitsFor() throws Exception {
    CompletableFuture<Next> next = CompletableFuture.supplyAsync(this::untilThereIsSomething);
    assertThat(next).isNotDone();
    batches.offer(row(0));
    batches.noteSent();
    await().until(next::isDone);
    assertThat(next.get(1, TimeUnit.MINUTES)).isEqualTo(new Next.Receive(rows(0, 1)));
  }

  private boolean awaitRoom() {
    try {
      return batches.awaitRoom();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Next untilThereIsSomething() {
    try {
      Next next = batches.next();
      while (next instanceof Next.Look) {
        next = batches.next();
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Row row(int number) {
    return RowFactory.create(number);
  }

  private static List<Row> rows(int from, int to) {
    return IntStream.range(from, to).mapToObj(RowBatchesTest::row).toList();
  }
}
