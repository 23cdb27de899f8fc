package io.sparkserving.driver.cluster;

import static io.sparkserving.driver.cluster.KnownServersTest.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.Secret;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Messages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AllServersTest {
  private static final int SILENT = 6;

  private final KnownServers servers =
      new KnownServers(Duration.ZERO, inService -> {}, NanoClock.SYSTEM);
  private final Secret secret = Secret.random();
  private final List<String> closed = new ArrayList<>();
  private final List<String> added = new ArrayList<>();
  private final AllServers allServers =
      new AllServers(
          servers,
          NanoClock.SYSTEM,
          new AllServers.Undelivered() {
            @Override
            public void closed(Announcement server) {
              closed.add(server.serverId());
            }

            @Override
            public void unreachable(Announcement server) {
              throw new AssertionError("Nobody is asked over a network");
            }
          });

  @AfterEach
  void removePeers() {
    added.forEach(ChannelPeers::remove);
  }

  /** Answers with one request, or never. */
  private void add(String serverId, boolean answers) {
    servers.add(server(serverId, serverId));
    added.add(serverId);
    ChannelPeers.add(
        serverId,
        new ChannelPeer() {
          @Override
          public Secret secret() {
            return secret;
          }

          @Override
          public CompletableFuture<byte[]> receive(String path, byte[] message) {
            return answers
                ? CompletableFuture.completedFuture(Messages.numbers(1))
                : new CompletableFuture<>();
          }
        });
  }

  @Test
  void serversThatDoNotAnswerAreWaitedForTogether() {
    add("a", true);
    for (int i = 0; i < SILENT; i++) {
      add("silent-" + i, false);
    }
    add("z", true);

    long begun = System.nanoTime();
    assertThat(allServers.refuse(1)).isEqualTo(2);
    allServers.stopServers();

    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("five seconds in all, and as much again for a slow machine")
        .isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void serversThatAreSilentAreNotWaitedFor() {
    add("a", true);
    add("silent", false);
    servers.unreachable("silent");

    assertThat(allServers.held(2)).isEqualTo(1);
    assertThat(allServers.answers()).isEqualTo(1);
  }

  @Test
  void aServerIsAskedAgainWhenItHasAnswered() {
    add("silent", false);
    add("here", true);
    servers.add(server("gone", "7"));
    for (int i = 0; i < 2; i++) {
      servers.all().forEach(server -> allServers.ask(server, 1));
    }
    assertThat(closed).containsExactly("gone", "gone");
  }

  @Test
  void aServerThatIsToStopHasNotClosedByItself() {
    servers.add(server("gone", "7"));
    allServers.stopServers();
    allServers.halt();
    assertThat(closed).isEmpty();
  }
}
