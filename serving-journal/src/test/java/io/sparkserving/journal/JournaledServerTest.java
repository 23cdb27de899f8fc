package io.sparkserving.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.JournalProvider;
import io.sparkserving.exchange.JournalRange.Position;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.exchange.ReplyMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server writes to its journal, and what of it is computed again. */
class JournaledServerTest {
  private static final Position BEGINNING = new Position(0, 0);
  private static final Map<String, String> KEYED = Map.of("idempotencyKey", "Idempotency-Key");

  private Path folder;

  @BeforeEach
  void makeFolder(@TempDir Path made) {
    folder = made;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sync", "batch", "100ms"})
  void whatTasksTookIsComputedAgainInTheirOrder(String flush) throws Exception {
    try (JournaledServer server = JournaledServer.start(folder, Map.of("journal.flush", flush))) {
      for (int batch = 1; batch <= 3; batch++) {
        CompletableFuture<ReplyMessage> first = server.send("a" + batch);
        CompletableFuture<ReplyMessage> second = server.send("b" + batch);
        for (Exchange taken : server.take(batch)) {
          server.exchanges.answer(taken.id(), JournaledServer.reply("ok"));
        }
        assertThat(first.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(second.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
      }
      server.send("waits");
    }
    try (JournaledServer later = JournaledServer.start(folder, Map.of())) {
      assertThat(later.replayed(BEGINNING)).containsExactly("a1", "b1", "a2", "b2", "a3", "b3");
      assertThat(later.replayed(new Position(1, 2))).containsExactly("a3", "b3");
      assertThat(later.replayed(new Position(2, 0))).isEmpty();
    }
  }

  @Test
  void whatATaskLeftIsNotComputedAgainWhereAnotherTaskTookIt() throws Exception {
    try (JournaledServer server = JournaledServer.start(folder, Map.of())) {
      server.send("a");
      server.send("b");
      Lease lease = server.lease(1);
      List<Exchange> taken = server.exchanges.queue().takeBatch(lease, Integer.MAX_VALUE);
      server.exchanges.answer(taken.get(0).id(), JournaledServer.reply("ok"));
      server.exchanges.leases().giveBack(lease, Blame.NONE);
      server.take(2);
      await().untilAsserted(() -> assertThat(server.replayed(BEGINNING)).hasSize(2));
      assertThat(server.replayed(BEGINNING)).containsExactly("a", "b");
      assertThat(server.replayed(new Position(1, 1))).containsExactly("b");
    }
  }

  @Test
  void aRequestThatMadeTasksFailIsNotComputedAgain() throws Exception {
    Map<String, String> once = Map.of("maxRequestAttempts", "1");
    try (JournaledServer server = JournaledServer.start(folder, once)) {
      CompletableFuture<ReplyMessage> bad = server.send("bad");
      Lease lease = server.lease(1);
      server.exchanges.queue().takeBatch(lease, Integer.MAX_VALUE);
      server.exchanges.leases().giveBack(lease, Blame.OLDEST);
      assertThat(bad.get(10, TimeUnit.SECONDS).status()).isEqualTo(500);
      assertThat(server.replayed(BEGINNING)).isEmpty();
    }
  }

  @Test
  void withoutAJournalThatCanBeWrittenNothingIsComputed() throws Exception {
    try (JournaledServer server = JournaledServer.start(folder, Map.of())) {
      Path generation = folder.resolve("generation-00000001");
      delete(generation);
      Files.writeString(generation, "in the way");
      CompletableFuture<ReplyMessage> first = server.send("a");
      server.take(1).forEach(each -> server.exchanges.answer(each.id(), JournaledServer.reply("")));
      assertThat(first.get(10, TimeUnit.SECONDS).status()).isEqualTo(503);
      assertThat(server.exchanges.readiness()).isEqualTo(Readiness.NO_JOURNAL);
      CompletableFuture<ReplyMessage> second = server.send("b");
      assertThat(server.take(2)).isEmpty();
      assertThat(second.get(10, TimeUnit.SECONDS).status()).isEqualTo(503);
      Files.delete(generation);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.exchanges.readiness() == Readiness.READY);
      CompletableFuture<ReplyMessage> third = server.send("c");
      server.take(3).forEach(each -> server.exchanges.answer(each.id(), JournaledServer.reply("")));
      assertThat(third.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
      assertThat(server.replayed(BEGINNING)).containsExactly("c");
    }
  }

  @Test
  void aQueryThatIsAboutToBeReplacedWritesToItsOwnJournal() throws Exception {
    try (JournaledServer server = JournaledServer.start(folder, Map.of())) {
      JournalPlace other =
          new JournalPlace(
              folder.resolve("other").toUri().toString(), 1, server.place.configuration());
      server.exchanges.journal(2, other);
      server.send("a");
      server.take(1);
      await().untilAsserted(() -> assertThat(server.replayed(BEGINNING)).containsExactly("a"));
      server.exchanges.beginTerm(2);
      server.exchanges.release(1);
      Lease next = server.exchanges.leases().open(new LeaseKey(2, 1, 0));
      assertThat(server.exchanges.queue().takeBatch(next, Integer.MAX_VALUE)).hasSize(1);
      assertThat(server.replayed(BEGINNING)).isEmpty();
      await()
          .untilAsserted(
              () -> assertThat(JournaledServer.replayed(other, BEGINNING)).containsExactly("a"));
    }
  }

  @Test
  void aReplyAfterItsRequestCouldNotBeWrittenDoesNotLeave() throws Exception {
    try (JournaledServer server = JournaledServer.start(folder, Map.of())) {
      Path generation = folder.resolve("generation-00000001");
      delete(generation);
      Files.writeString(generation, "in the way");
      CompletableFuture<ReplyMessage> answer = server.send("a");
      List<Exchange> taken = server.take(1);
      await().until(() -> server.exchanges.readiness() == Readiness.NO_JOURNAL);
      taken.forEach(each -> server.exchanges.answer(each.id(), JournaledServer.reply("")));
      assertThat(answer.get(10, TimeUnit.SECONDS).status()).isEqualTo(503);
      Files.delete(generation);
    }
  }

  @Test
  void theSameKeyGivesTheSameAnswer() throws Exception {
    CompletableFuture<ReplyMessage> afterwards;
    try (JournaledServer server = JournaledServer.start(folder, KEYED)) {
      CompletableFuture<ReplyMessage> first = server.send("pay", "k1");
      CompletableFuture<ReplyMessage> meanwhile = server.send("pay", "k1");
      assertThat(server.send("other", "k1").get(10, TimeUnit.SECONDS).status()).isEqualTo(422);
      List<Exchange> taken = server.take(1);
      assertThat(taken).hasSize(1);
      server.exchanges.answer(taken.get(0).id(), JournaledServer.reply("paid"));
      afterwards = server.send("pay", "k1");
      assertThat(List.of(body(first), body(meanwhile), body(afterwards))).containsOnly("paid");
    }
    try (JournaledServer later = JournaledServer.start(folder, KEYED)) {
      assertThat(body(later.send("pay", "k1"))).isEqualTo("paid");
      assertThat(later.send("other", "k1").get(10, TimeUnit.SECONDS).status()).isEqualTo(422);
      assertThat(later.take(1)).isEmpty();
    }
  }

  @Test
  void aRequestThatCameBeforeItsAnswerWasRecoveredGetsIt() throws Exception {
    try (JournaledServer server = JournaledServer.start(folder, KEYED)) {
      CompletableFuture<ReplyMessage> first = server.send("pay", "k1");
      server
          .take(1)
          .forEach(each -> server.exchanges.answer(each.id(), JournaledServer.reply("paid")));
      assertThat(body(first)).isEqualTo("paid");
    }
    try (JournaledServer later = JournaledServer.start(folder, Map.of("idempotencyKey", "Other"))) {
      assertThat(later.place.generation()).isEqualTo(2);
    }
    try (JournaledServer server = JournaledServer.startWithout(folder, KEYED)) {
      CompletableFuture<ReplyMessage> early = server.send("pay", "k1");
      CompletableFuture<ReplyMessage> wrong = server.send("other", "k1");
      server.exchanges.journal(1, server.place);
      assertThat(body(early)).isEqualTo("paid");
      assertThat(wrong.get(10, TimeUnit.SECONDS).status()).isEqualTo(422);
      assertThat(server.take(1)).isEmpty();
    }
  }

  @Test
  void aRequestWithAKeyThatWasNotAnsweredIsLeftToItsClient() throws Exception {
    try (JournaledServer server = JournaledServer.start(folder, KEYED)) {
      server.send("pay", "k1");
      server.send("look");
      assertThat(server.take(1)).hasSize(2);
    }
    try (JournaledServer later = JournaledServer.start(folder, KEYED)) {
      assertThat(later.replayed(BEGINNING)).containsExactly("look");
    }
  }

  @Test
  void aReplyAfterTheTimeOutIsKeptForWhoeverAsksAgain() throws Exception {
    Map<String, String> options =
        Map.of("idempotencyKey", "Idempotency-Key", "requestTimeout", "200ms");
    try (JournaledServer server = JournaledServer.start(folder, options)) {
      CompletableFuture<ReplyMessage> first = server.send("pay", "k1");
      List<Exchange> taken = server.take(1);
      assertThat(first.get(10, TimeUnit.SECONDS).status()).isEqualTo(504);
      server.exchanges.answer(taken.get(0).id(), JournaledServer.reply("paid"));
      assertThat(body(server.send("pay", "k1"))).isEqualTo("paid");
    }
  }

  @Test
  void whatIsSavedIsRemovedAndNoEarlierThanAsked() throws Exception {
    JournalProvider journals = JournalProvider.find();
    try (JournaledServer server = JournaledServer.start(folder, Map.of())) {
      server.send("a");
      server.take(1);
    }
    try (JournaledServer kept = JournaledServer.start(folder, Map.of("journal.retention", "1h"))) {
      journals.trim(kept.place, new Position(2, 0));
      assertThat(kept.replayed(BEGINNING)).containsExactly("a");
    }
    try (JournaledServer later = JournaledServer.start(folder, Map.of())) {
      later.send("b");
      later.take(1);
      await().untilAsserted(() -> assertThat(later.replayed(BEGINNING)).hasSize(2));
      journals.trim(later.place, new Position(3, 0));
      assertThat(later.replayed(BEGINNING)).containsExactly("b");
      try (Stream<Path> left = Files.list(folder)) {
        assertThat(left.map(each -> each.getFileName().toString()))
            .containsExactly("generation-00000003");
      }
    }
  }

  @Test
  void aMissingSegmentBetweenOthersIsAnError() throws Exception {
    Map<String, String> batch = Map.of("journal.flush", "batch");
    try (JournaledServer server = JournaledServer.start(folder, batch)) {
      for (int i = 1; i <= 3; i++) {
        CompletableFuture<ReplyMessage> answer = server.send("a" + i);
        server
            .take(i)
            .forEach(each -> server.exchanges.answer(each.id(), JournaledServer.reply("")));
        answer.get(10, TimeUnit.SECONDS);
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(each -> each.toString().contains(".00000001.")).toList()) {
          Files.delete(file);
        }
      }
      assertThatThrownBy(() -> server.replayed(BEGINNING))
          .isInstanceOf(JournalCorruptException.class)
          .hasMessageContainingAll("Missing segment 1", "Bring it back from a copy");
    }
  }

  private static String body(CompletableFuture<ReplyMessage> answer) throws Exception {
    return JournaledServer.text(answer.get(10, TimeUnit.SECONDS));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
