package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Messages;
import io.sparkserving.testing.TurnedClock;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
  private final Coordinator coordinator =
      new Coordinator(
          Secret.random(),
          ServiceConfiguration.parse(Map.of("port", "1", "path", "coordinated")).operations(),
          servers -> {},
          () -> new byte[0],
          new TurnedClock());

  @Test
  void everyServerOfAnExecutorThatLeavesIsToldAlsoOneThatComesLate() throws Exception {
    try (Server early = announce("early", "7");
        Server elsewhere = announce("elsewhere", "8")) {
      coordinator.executorLeaves("7");
      coordinator.executorLeaves("7");
      assertThat(early.told()).containsExactly(Messages.LEAVE);

      try (Server late = announce("late", "7")) {
        assertThat(late.told()).containsExactly(Messages.LEAVE);
        assertThat(coordinator.servers().inService())
            .extracting(Announcement::serverId)
            .containsExactly("elsewhere");
      }
      assertThat(elsewhere.told()).isEmpty();
      assertThat(coordinator.servers().drainingExecutors()).containsExactly("7");

      coordinator.executorWent("7");
      assertThat(coordinator.servers().drainingExecutors()).isEmpty();
      try (Server next = announce("next", "7")) {
        assertThat(next.told()).isEmpty();
      }
    }
  }

  private Server announce(String serverId, String executorId) throws IOException {
    Server server = new Server(serverId, coordinator.secret());
    ChannelPeers.add(serverId, server);
    coordinator.receive(
        Messages.ANNOUNCE,
        new Announcement(serverId, executorId, serverId, 8888, "10.0.0.7", null, null, null)
            .toBytes());
    return server;
  }

  /** A server that remembers what it is told. */
  private record Server(String serverId, Secret secret, List<String> told)
      implements ChannelPeer, AutoCloseable {
    private Server(String serverId, Secret secret) {
      this(serverId, secret, new CopyOnWriteArrayList<>());
    }

    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) {
      told.add(path);
      return CompletableFuture.completedFuture(new byte[0]);
    }

    @Override
    public void close() {
      ChannelPeers.remove(serverId);
    }
  }
}
