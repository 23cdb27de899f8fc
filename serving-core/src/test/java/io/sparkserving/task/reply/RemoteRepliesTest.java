package io.sparkserving.task.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.LostReplies;
import io.sparkserving.channel.ReplyBatch;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ReplyPlace;
import io.sparkserving.exchange.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RemoteRepliesTest {
  private static final ReplyMessage REPLY = new ReplyMessage(200, List.of(), new byte[0]);

  private final RefusingPeer server = new RefusingPeer(Secret.random(), new ArrayList<>());
  private final RefusingPeer driver = new RefusingPeer(Secret.random(), new ArrayList<>());

  @AfterEach
  void remove() {
    ChannelPeers.remove("server");
    ChannelPeers.remove("driver");
  }

  @Test
  void aServerThatDoesNotTakeRepliesIsToldThatTheyAreLost() throws Exception {
    ChannelPeers.add("server", server);
    RemoteReplies replies = RemoteReplies.to(new ServiceEndpoint("server", server.secret(), null));

    replies.add(ReplyPlace.of(5), REPLY);
    replies.flush();

    assertThat(server.lost())
        .singleElement()
        .satisfies(
            lost -> {
              assertThat(lost.serverId()).isEqualTo("server");
              assertThat(lost.requestIds()).containsExactly(5L);
              assertThat(lost.reason()).contains("refused by the test");
            });
  }

  @Test
  void theDriverIsToldOfRepliesToAServerThatCannotBeReached() throws Exception {
    ChannelPeers.add("driver", driver);
    RemoteReplies replies =
        RemoteReplies.to(
            new ServiceEndpoint("elsewhere", Secret.random(), closedPort())
                .withLostReplies(new ServiceEndpoint("driver", driver.secret(), null)));

    replies.add(ReplyPlace.of(5), REPLY);
    replies.add(ReplyPlace.of(6), REPLY);
    replies.flush();

    assertThat(driver.lost()).extracting(LostReplies::serverId).containsOnly("elsewhere");
    assertThat(driver.lost())
        .flatExtracting(LostReplies::requestIds)
        .containsExactlyInAnyOrder(5L, 6L);
    assertThat(driver.lost().get(0).reason()).contains("Cannot reach the JVM at");
  }

  @Test
  void aTaskGoesOnThoughNobodyCanBeToldOfLostReplies() throws Exception {
    RemoteReplies replies =
        RemoteReplies.to(new ServiceEndpoint("elsewhere", Secret.random(), closedPort()));

    replies.add(ReplyPlace.of(5), REPLY);
    replies.flush();
  }

  private static ChannelAddress closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new ChannelAddress("127.0.0.1", socket.getLocalPort(), null);
    }
  }

  /** Takes no replies, but the word that they are lost. */
  private record RefusingPeer(Secret secret, List<LostReplies> lost) implements ChannelPeer {
    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
      if (path.equals(ReplyBatch.PATH)) {
        throw new IOException("refused by the test");
      }
      assertThat(path).isEqualTo(LostReplies.PATH);
      lost.add(LostReplies.read(message));
      return CompletableFuture.completedFuture(new byte[0]);
    }
  }
}
