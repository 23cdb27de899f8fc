package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.DriverAnswer;
import io.sparkserving.server.worker.DriverAnswer.Standing;
import io.sparkserving.server.worker.Messages;
import io.sparkserving.testing.TurnedClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
  private final TurnedClock clock = new TurnedClock();
  private final Coordinator coordinator =
      new Coordinator(
          Secret.random(),
          ServiceConfiguration.parse(Map.of("port", "1", "path", "coordinated")).operations(),
          servers -> {},
          () -> new byte[0],
          clock);

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

  @Test
  void aServerThatIsNotKnownIsToAnnounceItselfAgain() throws Exception {
    assertThat(standing(Messages.ALIVE, "lost")).isEqualTo(Standing.UNKNOWN);
    assertThat(standing(Messages.WAITING, "lost")).isEqualTo(Standing.UNKNOWN);
    try (Server server = announce("lost", "7")) {
      assertThat(standing(Messages.ALIVE, server.serverId())).isEqualTo(Standing.KNOWN);
      assertThat(standing(Messages.WAITING, server.serverId())).isEqualTo(Standing.KNOWN);
    }
  }

  @Test
  void aServerThatComesAfterItsExecutorHasGoneIsToClose() throws Exception {
    coordinator.executorWent("7");

    assertThat(standing(Messages.ANNOUNCE, announcement("late", "7").toBytes()))
        .isEqualTo(Standing.EXECUTOR_GONE);
    assertThat(coordinator.servers().all()).isEmpty();
  }

  @Test
  void aServerThatHasClosedIsForgottenAndMissed() throws Exception {
    coordinator.work().beginTerm(1);
    coordinator.work().takeWaitingExecutors();
    try (Server elsewhere = announce("elsewhere", "8")) {
      announce("closed", "7").close();

      passSilently(10, elsewhere);

      assertThat(inService()).containsExactly("elsewhere");
      assertThat(coordinator.servers().closed()).isEqualTo(1);
      assertThat(coordinator.work().await(1, 0)).as("a batch is to start another").isTrue();
      assertThat(elsewhere.told()).contains(Messages.HURRY);
      assertThat(coordinator.work().takeWaitingExecutors()).isEmpty();
    }
  }

  @Test
  void aServerThatAnswersButIsNotHeardIsNotForClientsUntilItIs() throws Exception {
    try (Server silent = announce("silent", "7");
        Server elsewhere = announce("elsewhere", "8")) {
      coordinator.work().beginTerm(1);
      standing(Messages.WAITING, "silent");
      passSilently(30, elsewhere);

      assertThat(inService()).containsExactly("elsewhere");
      assertThat(silent.told()).contains(Messages.BEGIN);
      assertThat(coordinator.work().takeWaitingExecutors()).isEmpty();
      assertThat(standing(Messages.WAITING, "silent")).isEqualTo(Standing.KNOWN);
      assertThat(inService()).containsExactly("elsewhere", "silent");
      assertThat(coordinator.work().takeWaitingExecutors()).containsExactly("7");
    }
  }

  private void passSilently(int seconds, Server heard) throws IOException {
    for (int second = 0; second < seconds; second++) {
      clock.advance(Duration.ofSeconds(1));
      standing(Messages.ALIVE, heard.serverId());
      coordinator.lookForSilentServers();
    }
  }

  private List<String> inService() {
    return coordinator.servers().inService().stream().map(Announcement::serverId).toList();
  }

  private Standing standing(String path, String serverId) throws IOException {
    return standing(path, serverId.getBytes(StandardCharsets.UTF_8));
  }

  private Standing standing(String path, byte[] message) throws IOException {
    return DriverAnswer.read(coordinator.receive(path, message).join()).standing();
  }

  private Server announce(String serverId, String executorId) throws IOException {
    Server server = new Server(serverId, coordinator.secret());
    ChannelPeers.add(serverId, server);
    coordinator.receive(Messages.ANNOUNCE, announcement(serverId, executorId).toBytes());
    return server;
  }

  private static Announcement announcement(String serverId, String executorId) {
    return new Announcement(serverId, executorId, serverId, 8888, "10.0.0.7", null, null, null);
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
