package io.sparkserving.task.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.EndpointQuestion;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Secret;
import io.sparkserving.testing.TurnedClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LaterServersTest {
  private static final ServiceEndpoint SERVER =
      new ServiceEndpoint("later", Secret.random(), new ChannelAddress("10.0.0.7", 7777, null));

  private final Driver driver = new Driver(ConcurrentHashMap.newKeySet(), new ArrayList<>());
  private final ServiceEndpoint directory = new ServiceEndpoint("directory", driver.secret(), null);
  private final TurnedClock clock = new TurnedClock();
  private final LaterServers servers = new LaterServers(clock);

  @BeforeEach
  void listen() {
    ChannelPeers.add("directory", driver);
  }

  @AfterEach
  void close() {
    ChannelPeers.remove("directory");
  }

  @Test
  void theDriverIsAskedOnceForAServer() {
    driver.known().add("later");

    assertThat(find("later")).isPresent();
    clock.advance(Duration.ofHours(1));
    assertThat(find("later"))
        .hasValueSatisfying(
            found -> {
              assertThat(found.channel()).isEqualTo(SERVER.channel());
              assertThat(found.lostReplies()).isEqualTo(directory);
            });

    assertThat(driver.asked()).containsExactly("later");
  }

  @Test
  void aServerThatNobodyKnowsIsAskedForAgainAfterAWhile() {
    assertThat(find("later")).isEmpty();
    assertThat(find("later")).isEmpty();
    driver.known().add("later");
    clock.advance(Duration.ofSeconds(6));

    assertThat(find("later")).isPresent();
    assertThat(driver.asked()).containsExactly("later", "later");
  }

  @Test
  void aDriverThatCannotBeAskedIsAskedAgain() {
    ChannelPeers.remove("directory");
    assertThat(servers.find(directory, "later")).isCompletedExceptionally();
    ChannelPeers.add("directory", driver);
    driver.known().add("later");

    assertThat(find("later")).isPresent();
  }

  @Test
  void asManyServersAsAClusterHasAreRemembered() {
    for (int i = 0; i < 2_000; i++) {
      assertThat(find("nobody" + i)).isEmpty();
    }
    assertThat(find("nobody1999")).isEmpty();
    assertThat(find("nobody0")).isEmpty();

    assertThat(driver.asked()).hasSize(2_001);
  }

  private Optional<ServiceEndpoint> find(String serverId) {
    return servers.find(directory, serverId).join();
  }

  /** Knows servers by id, and notes for which it was asked. */
  private record Driver(Set<String> known, List<String> asked) implements ChannelPeer {
    private static final Secret SECRET = Secret.random();

    @Override
    public Secret secret() {
      return SECRET;
    }

    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
      assertThat(path).isEqualTo(EndpointQuestion.PATH);
      String serverId = EndpointQuestion.read(message);
      asked.add(serverId);
      Optional<ServiceEndpoint> found =
          known.contains(serverId) ? Optional.of(SERVER) : Optional.empty();
      return CompletableFuture.completedFuture(EndpointQuestion.answer(found));
    }
  }
}
