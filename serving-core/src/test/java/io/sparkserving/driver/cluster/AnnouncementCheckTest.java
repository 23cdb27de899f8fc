package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelRefusedException;
import io.sparkserving.exchange.Secret;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Messages;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnnouncementCheckTest {
  private static final Map<String, String> HOSTS = Map.of("1", "10.0.0.1", "2", "10.0.0.2");

  private final Heard coordinator = new Heard(Secret.random(), new ArrayList<>());
  private final AnnouncementCheck check =
      new AnnouncementCheck(
          coordinator,
          executor -> CompletableFuture.completedFuture(Optional.ofNullable(HOSTS.get(executor))));

  @Test
  void aServerOnAnExecutorThatSparkHasIsHeard() throws Exception {
    assertThat(announce("1", "10.0.0.1", null)).isCompleted();
    assertThat(announce("2", "10.0.0.2", "10.0.0.2")).isCompleted();
    assertThat(coordinator.paths()).containsExactly(Messages.ANNOUNCE, Messages.ANNOUNCE);
  }

  @Test
  void aServerOnNoExecutorOfSparkIsRefused() throws Exception {
    assertRefused(announce("3", "10.0.0.1", null), "no executor 3 at 10.0.0.1");
  }

  @Test
  void aServerOnAnotherHostThanItsExecutorIsRefused() throws Exception {
    assertRefused(announce("1", "10.0.0.2", null), "no executor 1 at 10.0.0.2, but at 10.0.0.1");
  }

  @Test
  void aServerWhoseChannelIsElsewhereIsRefused() throws Exception {
    assertRefused(announce("1", "10.0.0.1", "10.6.6.6"), "1 at 10.6.6.6, but at 10.0.0.1");
  }

  @Test
  void whatElseServersSayIsNotAskedFor() throws Exception {
    check.receive(Messages.ALIVE, new byte[0]);
    assertThat(coordinator.paths()).containsExactly(Messages.ALIVE);
  }

  private void assertRefused(CompletableFuture<byte[]> answer, String reason) {
    assertThat(answer)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOf(ChannelRefusedException.class)
        .withMessageContaining(reason);
    assertThat(coordinator.paths()).isEmpty();
  }

  private CompletableFuture<byte[]> announce(
      String executor, String host, @Nullable String channelHost) throws IOException {
    ChannelAddress channel =
        channelHost == null ? null : new ChannelAddress(channelHost, 7000, null);
    return check.receive(
        Messages.ANNOUNCE,
        new Announcement("id", executor, "", 8888, host, null, channel, null).toBytes());
  }

  private record Heard(Secret secret, List<String> paths) implements ChannelPeer {
    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) {
      paths.add(path);
      return CompletableFuture.completedFuture(new byte[0]);
    }
  }
}
