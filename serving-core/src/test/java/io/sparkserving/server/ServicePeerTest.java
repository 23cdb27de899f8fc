package io.sparkserving.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.LostReplies;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.options.ServiceConfiguration;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServicePeerTest {
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
}
