package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.driver.ServerStatus;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Messages;
import io.sparkserving.testing.TurnedClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServerQuestionsTest {
  private static final ServiceConfiguration CONFIGURATION =
      ServiceConfiguration.parse(Map.of("port", "1", "path", "asked"));

  private final Coordinator coordinator =
      new Coordinator(
          Secret.random(),
          CONFIGURATION.operations(),
          servers -> {},
          () -> new byte[0],
          new TurnedClock());
  private final ServerQuestions questions = new ServerQuestions(coordinator);

  @Test
  void aServerThatIsSilentHoldsNobodyUpAndIsAskedOnce() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("localhost"))) {
      announce("silent", new ChannelAddress("localhost", silent.getLocalPort(), null));
      silent.setSoTimeout(10_000);

      CompletableFuture<List<ServerStatus>> first = questions.ask(CONFIGURATION);
      silent.accept();
      CompletableFuture<List<ServerStatus>> second = questions.ask(CONFIGURATION);

      for (CompletableFuture<List<ServerStatus>> answer : List.of(first, second)) {
        ServerStatus status = answer.get(10, TimeUnit.SECONDS).get(0);
        assertThat(status.executorId()).isEqualTo("7");
        assertThat(status.report()).isEmpty();
      }
      silent.setSoTimeout(1);
      assertThatThrownBy(silent::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aServerThatIsGoneTakesNothingFromWhatOthersSay() {
    ChannelPeers.add("here", new TellingPeer(coordinator.secret()));
    try {
      announce("gone", null);
      announce("here", null);

      assertThat(questions.ask(CONFIGURATION))
          .succeedsWithin(Duration.ofSeconds(10))
          .satisfies(
              all -> {
                assertThat(all).extracting(ServerStatus::serverId).containsExactly("gone", "here");
                assertThat(all.get(0).report()).isEmpty();
                assertThat(all.get(1).report()).hasValue(TellingPeer.REPORT);
              });
    } finally {
      ChannelPeers.remove("here");
    }
  }

  private void announce(String serverId, @Nullable ChannelAddress channel) {
    Announcement server =
        new Announcement(serverId, "7", serverId, 8888, "10.0.0.7", null, channel, null);
    try {
      coordinator.receive(Messages.ANNOUNCE, server.toBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record TellingPeer(Secret secret) implements ChannelPeer {
    static final byte[] REPORT = {1};

    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) {
      assertThat(path).isEqualTo(Messages.REPORT);
      return CompletableFuture.completedFuture(REPORT);
    }
  }
}
