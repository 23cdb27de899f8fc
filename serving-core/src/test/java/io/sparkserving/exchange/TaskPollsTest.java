package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.TaskPoll.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskPollsTest {
  private static final long TERM = 1;
  private static final long BATCH = 7;
  private static final long WAIT_MILLIS = 1000;
  private static final Answer END = new Answer.End();

  private final ExchangesFixture server = ExchangesFixture.of(Map.of());
  private final TaskPolls polls = server.exchanges.polls();

  private static LeaseKey key(int partition) {
    return new LeaseKey(TERM, BATCH, partition);
  }

  /** Begins a batch whose tasks have answered their shares. */
  private void begin(int tasks, int mostTasks) {
    for (int i = 0; i < tasks; i++) {
      server.exchanges.leases().open(key(i));
    }
    polls.begin(TERM, BATCH, tasks, mostTasks);
  }

  private CompletableFuture<Answer> ask(int partition, boolean isFirst) {
    return ask(partition, isFirst, 0, Set.of());
  }

  private CompletableFuture<Answer> ask(
      int partition, boolean isFirst, long held, @Nullable Set<Long> heldRequests) {
    return polls.poll(new TaskPoll(key(partition), isFirst, held, heldRequests, WAIT_MILLIS));
  }

  private static List<Exchange> requests(CompletableFuture<Answer> answer) {
    assertThat(answer).isCompleted();
    assertThat(answer.join()).isInstanceOf(Answer.Requests.class);
    return ((Answer.Requests) answer.join()).exchanges();
  }

  private void answer(List<Exchange> taken) {
    taken.forEach(
        each -> assertThat(server.exchanges.answer(each.id(), ExchangesFixture.ok())).isTrue());
  }

  @Test
  void aRequestThatWaitsIsGivenAtOnce() {
    begin(1, 1);
    server.send("first");

    assertThat(requests(ask(0, true))).hasSize(1);
    assertThat(server.exchanges.queue().size()).isZero();
  }

  @Test
  void aRequestThatComesIsGivenToWhoeverAskedFirst() {
    begin(2, 2);
    CompletableFuture<Answer> first = ask(0, true);
    CompletableFuture<Answer> second = ask(1, true);
    assertThat(first).isNotDone();

    server.send("one");
    assertThat(requests(first)).hasSize(1);
    assertThat(second).isNotDone();
    server.send("other");
    assertThat(requests(second)).hasSize(1);
  }

  @Test
  void severalThatWaitAreDealtOutAmongTheTasksThatRun() {
    begin(2, 2);
    for (int i = 0; i < 10; i++) {
      server.send("body" + i);
    }

    assertThat(requests(ask(0, true))).hasSize(5);
    List<Exchange> ofOther = requests(ask(1, true));
    assertThat(ofOther).hasSize(3);
    answer(ofOther);
    assertThat(requests(ask(1, false))).hasSize(1);
  }

  @Test
  void noMoreThanATaskMayHaveAreGivenTogether() {
    begin(1, 1);
    for (int i = 0; i < 200; i++) {
      server.send("body" + i);
    }

    assertThat(requests(ask(0, true))).hasSize(64);
  }

  @Test
  void nothingInTimeIsNoReasonToEnd() {
    begin(1, 1);
    CompletableFuture<Answer> answer = ask(0, true);

    server.advance(Duration.ofMillis(WAIT_MILLIS - 1));
    assertThat(answer).isNotDone();
    server.advance(Duration.ofMillis(200));
    assertThat(requests(answer)).isEmpty();
    CompletableFuture<Answer> again = ask(0, false);
    server.send("late");
    assertThat(requests(again)).hasSize(1);
  }

  @Test
  void whoHasNotAnsweredAllIsToEnd() {
    begin(1, 1);
    server.send("unanswered");
    requests(ask(0, true, 0, null));
    server.send("waiting");

    assertThat(ask(0, false, 0, null)).isCompletedWithValue(END);
    assertThat(server.exchanges.queue().size()).isEqualTo(1);
  }

  @Test
  void whatAStageHoldsMayBeUnanswered() {
    begin(1, 1);
    server.send("held");
    List<Exchange> held = requests(ask(0, true));
    server.send("waiting");

    assertThat(requests(ask(0, false, 1, Set.of(held.get(0).id())))).hasSize(1);
    assertThat(server.replies).isEmpty();
  }

  @Test
  void aRowThatIsThroughWithoutAReplyEndsItsRequest() {
    begin(1, 1);
    server.send("dropped");
    requests(ask(0, true));
    server.send("waiting");

    assertThat(requests(ask(0, false))).hasSize(1);
    assertThat(server.statuses()).containsExactly(500);
    assertThat(server.exchanges.counters().withoutReply()).isEqualTo(1);
  }

  @Test
  void aTaskEndsWhenTheBatchIsToEnd() {
    begin(2, 2);
    CompletableFuture<Answer> waiting = ask(0, true);

    server.exchanges.runningTasks().hurry();

    assertThat(waiting).isCompletedWithValue(END);
    server.send("next batch's");
    assertThat(ask(1, true)).isCompletedWithValue(END);
  }

  @Test
  void aTaskEndsWhenMoreRequestsWaitThanTheBatchHasTasks() {
    begin(1, 4);
    server.send("one");
    List<Exchange> one = requests(ask(0, true));
    server.send("two");
    server.send("three");
    answer(one);

    assertThat(ask(0, false)).isCompletedWithValue(END);
    assertThat(server.exchanges.queue().size()).isEqualTo(2);
  }

  @Test
  void aTaskThatHasBegunWithItsShareCountsThoughItHasNotAsked() {
    begin(4, 4);
    for (int i = 0; i < 8; i++) {
      server.send("body" + i);
    }

    assertThat(requests(ask(2, true))).hasSize(2);
  }

  @Test
  void aTaskEndsWithItsTerm() {
    begin(1, 1);
    CompletableFuture<Answer> waiting = ask(0, true);

    server.exchanges.beginTerm(TERM + 1);
    server.advance(Duration.ofMillis(200));

    assertThat(waiting).isCompletedWithValue(END);
  }

  @Test
  void aTaskEndsWithItsQuery() {
    begin(1, 1);
    CompletableFuture<Answer> waiting = ask(0, true);

    server.exchanges.release(TERM);

    assertThat(waiting).isCompletedWithValue(END);
  }

  @Test
  void aTaskOfABatchThatIsOverGetsNothing() {
    begin(1, 1);
    requests(giveAndAnswer());
    CompletableFuture<Answer> waiting = ask(0, false);

    polls.end(TERM, BATCH);
    server.exchanges.leases().settle(TERM, BATCH);

    assertThat(waiting).isCompletedWithValue(END);
    server.send("next batch's");
    assertThat(ask(0, false)).isCompletedWithValue(END);
    assertThat(ask(0, true)).isCompletedWithValue(END);
    polls.begin(TERM, BATCH + 1, 1, 1);
    assertThat(ask(0, true)).isCompletedWithValue(END);
    assertThat(server.exchanges.queue().size()).isEqualTo(1);
  }

  private CompletableFuture<Answer> giveAndAnswer() {
    server.send("body");
    CompletableFuture<Answer> given = ask(0, true);
    answer(requests(given));
    return given;
  }

  @Test
  void whatAFailedTaskTookWaitsAgainAndTheOldestIsBlamed() {
    begin(2, 2);
    server.send("bad");
    server.send("other");
    server.send("third");
    List<Exchange> taken = requests(ask(0, true));
    answer(taken.subList(0, 1));

    polls.giveBack(key(0), Blame.OLDEST);

    assertThat(taken.get(1).failedAttempts()).isEqualTo(1);
    assertThat(server.exchanges.queue().size()).isEqualTo(2);
    // A try that nobody has told to stop is not to get them again.
    assertThat(ask(0, false)).isCompletedWithValue(END);
    assertThat(ask(0, true)).isCompletedWithValue(END);
    polls.giveBack(key(0), Blame.OLDEST);
    assertThat(taken.get(1).failedAttempts()).isEqualTo(1);
  }

  @Test
  void aTaskThatIsKilledIsAnsweredAndBlamesNobody() {
    begin(1, 1);
    CompletableFuture<Answer> waiting = ask(0, true);

    polls.giveBack(key(0), Blame.NONE);

    assertThat(waiting).isCompletedWithValue(END);
    server.send("for another");
    assertThat(server.exchanges.queue().size()).isEqualTo(1);
  }

  @Test
  void aRequestThatIsTooLargeForAMessageWaitsForABatch() {
    begin(1, 1);
    server.send("x".repeat((int) QueueShares.MOST_POLLED_BYTES + 1));

    assertThat(ask(0, true)).isCompletedWithValue(END);
    assertThat(server.exchanges.queue().size()).isEqualTo(1);
  }

  @Test
  void aMessageHasABoundedNumberOfBytes() {
    begin(1, 1);
    for (int i = 0; i < 5; i++) {
      server.send("x".repeat((int) QueueShares.MOST_POLLED_BYTES / 2));
    }

    assertThat(requests(ask(0, true))).hasSize(2);
  }

  @Test
  void everyRequestIsGivenOnceWhereManyAskAndMuchComes() throws Exception {
    ExchangesFixture racing = ExchangesFixture.inRealTime(Map.of("loadShedding", "false"));
    int tasks = 4;
    int each = 500;
    for (int i = 0; i < tasks; i++) {
      racing.exchanges.leases().open(key(i));
    }
    racing.exchanges.polls().begin(TERM, BATCH, tasks, tasks);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      int partition = i;
      threads.add(new Thread(() -> answerUntilEnd(racing, partition)));
      threads.add(
          new Thread(
              () -> {
                for (int sent = 0; sent < each; sent++) {
                  racing.send("body");
                }
              }));
    }
    threads.forEach(Thread::start);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(racing.replies).hasSize(tasks * each));
    racing.exchanges.runningTasks().hurry();
    for (Thread thread : threads) {
      thread.join(Duration.ofSeconds(30).toMillis());
      assertThat(thread.isAlive()).isFalse();
    }
    assertThat(racing.replies).hasSize(tasks * each);
    assertThat(racing.exchanges.counters().dropped()).isZero();
  }

  private static void answerUntilEnd(ExchangesFixture racing, int partition) {
    boolean isFirst = true;
    while (true) {
      Answer answer =
          racing
              .exchanges
              .polls()
              .poll(new TaskPoll(key(partition), isFirst, 0, Set.of(), WAIT_MILLIS))
              .join();
      isFirst = false;
      if (!(answer instanceof Answer.Requests more)) {
        return;
      }
      more.exchanges().forEach(taken -> racing.exchanges.answer(taken.id(), ExchangesFixture.ok()));
    }
  }
}
