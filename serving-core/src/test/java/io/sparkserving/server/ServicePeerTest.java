package io.sparkserving.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sparkserving.channel.LostReplies;
import io.sparkserving.channel.MoreRequests;
import io.sparkserving.channel.Redelivery;
import io.sparkserving.channel.ReplyBatch;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ReplyPlace;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.exchange.TaskPoll;
import io.sparkserving.options.ServiceConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServicePeerTest {
  private static final LeaseKey KEY = new LeaseKey(1, 0, 0);

  private final ServerExchanges exchanges =
      new ServerExchanges(
          ServiceConfiguration.parse(Map.of("port", "0", "path", "api")),
          ServiceTimer.jvm(),
          InstantSource.system(),
          NanoClock.SYSTEM);
  private final ServicePeer peer = new ServicePeer(exchanges);
  private final List<ReplyMessage> answers = new ArrayList<>();

  @AfterEach
  void halt() {
    exchanges.halt();
  }

  @Test
  void aRequestWhoseReplyIsLostOnItsWayIsAnsweredWithThatReason() throws Exception {
    exchanges.beginTerm(1);
    exchanges.accept(
        new RequestMessage("GET", "/api", 1, 1, List.of(), null, false),
        (reply, done) -> answers.add(reply));
    Lease lease = exchanges.leases().open(new LeaseKey(1, 0, 0));
    long id = exchanges.queue().takeBatch(lease, 1).get(0).id();
    byte[] lost = new LostReplies(exchanges.serverId(), "no route", List.of(id)).toBytes();

    peer.receive(LostReplies.PATH, lost);
    peer.receive(LostReplies.PATH, lost);
    exchanges.leases().settle(1, 0);

    assertThat(answers).singleElement().extracting(ReplyMessage::status).isEqualTo(502);
    assertThat(new String(answers.get(0).body(), StandardCharsets.UTF_8))
        .contains("lost on its way")
        .doesNotContain("no route");
    assertThat(exchanges.counters().lost()).isEqualTo(1);
    assertThat(exchanges.counters().withoutReply()).isZero();
  }

  private void send() {
    exchanges.accept(
        new RequestMessage("GET", "/api", 1, 1, List.of(), null, false),
        (reply, done) -> answers.add(reply));
  }

  private byte[] ask(boolean isFirst) throws Exception {
    TaskPoll poll = new TaskPoll(KEY, isFirst, 0, Set.of(), 1000);
    return peer.receive(MoreRequests.PATH, MoreRequests.toBytes(poll)).get(10, TimeUnit.SECONDS);
  }

  private static List<Long> ids(byte[] answer) throws IOException {
    return MoreRequests.readAnswer(answer, (id, micros, message) -> id).orElseThrow();
  }

  private void reply(long id) throws IOException {
    ReplyBatch batch = new ReplyBatch();
    batch.add(ReplyPlace.of(id), new ReplyMessage(200, List.of(), new byte[0]));
    peer.receive(ReplyBatch.PATH, batch.toBytes());
  }

  @Test
  void aTaskGetsMoreUntilItHasEnded() throws Exception {
    exchanges.beginTerm(1);
    exchanges.leases().open(KEY);
    exchanges.polls().begin(1, 0, 1, 1);
    send();
    reply(ids(ask(true)).get(0));
    send();
    reply(ids(ask(false)).get(0));
    peer.receive(MoreRequests.END_PATH, MoreRequests.toBytes(KEY));
    send();

    assertThat(ask(false)).isEmpty();
    assertThat(answers).extracting(ReplyMessage::status).containsExactly(200, 200);
  }

  @Test
  void aTaskOfNoBatchIsToldToEnd() throws Exception {
    exchanges.beginTerm(1);
    send();

    assertThat(ask(true)).isEmpty();
    exchanges.polls().begin(1, 0, 1, 1);
    assertThat(ask(true)).isEmpty();
    exchanges.leases().open(KEY);
    assertThat(ask(false)).isEmpty();
    assertThat(exchanges.queue().size()).isEqualTo(1);
  }

  @Test
  void aTryThatIsLostIsKnownByTheNextAndItsReplyComesTooLate() throws Exception {
    exchanges.beginTerm(1);
    exchanges.leases().open(KEY);
    exchanges.polls().begin(1, 0, 1, 1);
    send();
    long id = ids(ask(true)).get(0);

    byte[] again = new Redelivery(KEY, 1, 3).toBytes();
    assertThat(Redelivery.readIds(peer.receive(Redelivery.PATH, again).get())).isEmpty();

    assertThat(exchanges.queue().size()).isEqualTo(1);
    Exchange exchange =
        exchanges.queue().takeBatch(exchanges.leases().open(new LeaseKey(1, 1, 0)), 1).get(0);
    assertThat(exchange.id()).isEqualTo(id);
    assertThat(exchange.failedAttempts()).isEqualTo(1);
    reply(id);
    reply(id);
    assertThat(answers).hasSize(1);
    assertThat(exchanges.counters().dropped()).isEqualTo(1);
  }

  @Test
  void aFailureThatIsNobodysFaultBlamesNobody() throws Exception {
    exchanges.beginTerm(1);
    exchanges.leases().open(KEY);
    exchanges.polls().begin(1, 0, 1, 1);
    send();
    ids(ask(true));

    peer.receive(
        MoreRequests.FAILURE_PATH, MoreRequests.toBytes(new MoreRequests.Failure(KEY, false)));

    assertThat(exchanges.queue().size()).isEqualTo(1);
    assertThat(
            exchanges.queue().takeBatch(exchanges.leases().open(new LeaseKey(1, 1, 0)), 1).get(0))
        .extracting(Exchange::failedAttempts)
        .isEqualTo(0);
  }

  @Test
  void whatIsNoQuestionIsRefused() {
    assertThatIOException().isThrownBy(() -> peer.receive(MoreRequests.PATH, new byte[] {1, 2, 3}));
    assertThatIOException().isThrownBy(() -> peer.receive(MoreRequests.END_PATH, new byte[0]));
    assertThatIOException()
        .isThrownBy(() -> peer.receive(MoreRequests.FAILURE_PATH, new byte[] {7}));
  }
}
