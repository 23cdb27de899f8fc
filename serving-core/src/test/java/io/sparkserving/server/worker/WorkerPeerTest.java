package io.sparkserving.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.Redelivery;
import io.sparkserving.channel.ReplyBatch;
import io.sparkserving.channel.RequestBatch;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPeerTest {
  private final DriverLink link =
      new DriverLink(
          ServerSpec.of(
              ServiceConfiguration.parse(Map.of("port", "0", "path", "api")),
              new ServiceEndpoint("nobody", Secret.random(), null)),
          NanoClock.SYSTEM,
          new DriverLink.DriverLoss() {
            @Override
            public void forgotten(String serverId) {}

            @Override
            public void abandoned(String serverId) {}
          });
  private final ServerExchanges exchanges = link.exchanges();
  private final ServerSecrets secrets = ServerSecrets.random();
  private final WorkerPeer peer =
      new WorkerPeer(
          exchanges,
          secrets,
          new ShareTaking(exchanges, link),
          () -> CompletableFuture.completedFuture(null));

  @AfterEach
  void halt() {
    exchanges.halt();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Messages.BEGIN,
        Messages.SETTLE,
        Messages.SETTLE_DELIVERED,
        Messages.HURRY,
        Messages.DRAIN,
        Messages.REFUSE,
        Messages.LEAVE,
        Messages.RELEASE,
        Messages.HELD,
        Messages.COUNT,
        Messages.REPORT,
        Messages.HALT,
        Messages.STOP,
        "/unknown"
      })
  void commandsNeedTheSecretThatOnlyTheDriverIsTold(String path) {
    assertThat(peer.secret(path)).isEqualTo(secrets.commands()).isNotEqualTo(secrets.replies());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ReplyBatch.PATH,
        Redelivery.PATH,
        Redelivery.FAILURE_PATH,
        Messages.SHARE,
        Messages.GIVE_BACK,
        Messages.WITHDRAW
      })
  void tasksHaveASecretOfTheirOwn(String path) {
    assertThat(peer.secret(path)).isEqualTo(secrets.replies()).isNotEqualTo(secrets.commands());
  }

  @Test
  void tasksElsewhereGetWhatTheFirstOfThemHasTaken() throws Exception {
    exchanges.beginTerm(1);
    send("/one");
    assertThat(share()).containsExactly("/one");
    send("/two");
    assertThat(share()).containsExactly("/one");

    tell(Messages.GIVE_BACK);
    assertThat(share()).containsExactly("/one");

    tell(Messages.WITHDRAW);
    assertThat(share()).isEmpty();
    assertThat(exchanges.queue().size()).isEqualTo(2);
  }

  private void send(String uri) {
    exchanges.accept(
        new RequestMessage("GET", uri, 1, 1, List.of(), null, false),
        (reply, done) -> done.accept(null));
  }

  private void tell(String path) throws Exception {
    assertThat(peer.receive(path, Messages.numbers(1, 1, 0, 0)).join()).isEmpty();
  }

  private List<String> share() throws Exception {
    byte[] answer = peer.receive(Messages.SHARE, Messages.numbers(1, 1, 0, 1)).join();
    return RequestBatch.read(answer, (id, arrivalMicros, message) -> message.uri());
  }

  @Test
  void secretsTravelWithTheAnnouncementAndAreNotPrinted() throws Exception {
    Announcement server = new Announcement("id", "1", "", 1, "localhost", null, null, null);

    Announcement read = Announcement.read(server.toBytes());

    assertThat(read.endpoint().secret().reveal())
        .isEqualTo(server.endpoint().secret().reveal())
        .isNotEqualTo(read.commands().secret().reveal());
    assertThat(read.commands().secret().matches(server.commands().secret().reveal())).isTrue();
    assertThat(read.toString()).doesNotContain(read.commands().secret().reveal());
  }
}
