package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.EndpointQuestion;
import io.sparkserving.channel.LostReplies;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Secret;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.testing.TurnedClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskPeerTest {
  private final KnownServers servers =
      new KnownServers(Duration.ofSeconds(30), inService -> {}, new TurnedClock());
  private final ServiceEndpoint coordinator = new ServiceEndpoint("run", Secret.random(), null);
  private final TaskPeer peer = TaskPeer.open(servers, coordinator);
  private final Server server = new Server(Secret.random(), new ArrayList<>());

  @AfterEach
  void close() {
    peer.close();
    ChannelPeers.remove("here");
  }

  @Test
  void theServerThatHasTheConnectionsIsTold() {
    ChannelPeers.add("here", server);
    servers.add(KnownServersTest.server("here", "7"));
    LostReplies lost = new LostReplies("here", "no route", List.of(3L, 4L));

    assertThat(tell(lost)).succeedsWithin(Duration.ofSeconds(10));

    assertThat(server.told()).containsExactly(lost);
    assertThat(peer.lost()).isEqualTo(2);
  }

  @Test
  void repliesToAServerThatHasGoneAreCounted() {
    assertThat(tell(new LostReplies("gone", "no route", List.of(3L))))
        .succeedsWithin(Duration.ofSeconds(10));

    assertThat(peer.lost()).isEqualTo(1);
  }

  @Test
  void tasksLearnHowToReachAServerThatHasComeSinceTheyBegan() throws Exception {
    ChannelAddress channel = new ChannelAddress("10.0.0.7", 7777, "abcd");
    Announcement here = new Announcement("here", "7", "", 8888, "10.0.0.7", null, channel, null);
    servers.add(here);

    assertThat(ask("here"))
        .hasValueSatisfying(
            endpoint -> {
              assertThat(endpoint.channel()).isEqualTo(channel);
              assertThat(endpoint.secret().matches(here.endpoint().secret().reveal())).isTrue();
              assertThat(endpoint.lostReplies()).isEqualTo(peer.endpoint());
            });
    assertThat(ask("gone")).isEmpty();
  }

  private Optional<ServiceEndpoint> ask(String serverId) throws IOException {
    byte[] answer =
        ChannelClient.await(
            ChannelClient.jvm()
                .send(peer.endpoint(), EndpointQuestion.PATH, EndpointQuestion.toBytes(serverId)));
    return EndpointQuestion.readAnswer(answer, serverId, peer.endpoint());
  }

  @Test
  void whatTasksKnowOpensNothingElseOnTheDriver() {
    assertThat(peer.secret().matches(coordinator.secret().reveal())).isFalse();
    assertThatIOException()
        .isThrownBy(() -> peer.receive("/announce", new byte[0]))
        .withMessageContaining("Unsupported path");
  }

  private CompletableFuture<byte[]> tell(LostReplies lost) {
    return ChannelClient.jvm().send(peer.endpoint(), LostReplies.PATH, lost.toBytes());
  }

  private record Server(Secret secret, List<LostReplies> told) implements ChannelPeer {
    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
      assertThat(path).isEqualTo(LostReplies.PATH);
      told.add(LostReplies.read(message));
      return CompletableFuture.completedFuture(new byte[0]);
    }
  }
}
