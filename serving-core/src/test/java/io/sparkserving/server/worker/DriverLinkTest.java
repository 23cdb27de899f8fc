package io.sparkserving.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.testing.TurnedClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriverLinkTest {
  private static final String RUN = "run-of-link-test";

  private final TurnedClock clock = new TurnedClock();
  private final Driver driver = new Driver();
  private final List<String> lost = new ArrayList<>();
  private final DriverLink link =
      new DriverLink(
          new ServerSpec(
              Map.of("port", "0", "path", "api"), new ServiceEndpoint(RUN, driver.secret(), null)),
          clock,
          new DriverLink.DriverLoss() {
            @Override
            public void forgotten(String serverId) {
              lost.add("forgotten " + serverId);
            }

            @Override
            public void silent(String serverId) {
              lost.add("silent " + serverId);
            }
          });
  private final ServerExchanges exchanges = link.exchanges();

  @BeforeEach
  void addDriver() {
    ChannelPeers.add(RUN, driver);
  }

  @AfterEach
  void removeDriver() {
    ChannelPeers.remove(RUN);
    exchanges.halt();
  }

  private void request() {
    exchanges.accept(
        new RequestMessage("GET", "/api", 1, 1, List.of(), null, false), (reply, done) -> {});
  }

  @Test
  void aServerThatListensIsAnnouncedWhenClientsReachIt() throws Exception {
    CompletableFuture<Void> reachable = new CompletableFuture<>();
    link.announce(
        reachable,
        () -> new Announcement("id", "1", "", 8080, "localhost", null, null, "gateway:9"));
    assertThat(driver.heard).isEmpty();

    reachable.complete(null);

    link.awaitAnnounced();
    assertThat(driver.heard).containsExactly(Messages.ANNOUNCE);
    link.addressChanged();
    assertThat(driver.heard).containsExactly(Messages.ANNOUNCE, Messages.ANNOUNCE);
    link.close();
    link.addressChanged();
    assertThat(driver.heard).hasSize(2);
  }

  @Test
  void anAddressThatTheDriverDidNotHearIsToldWithTheNextBeat() throws Exception {
    link.announce(
        CompletableFuture.completedFuture(null),
        () -> new Announcement("id", "1", "", 8080, "localhost", null, null, null));
    link.awaitAnnounced();
    driver.failure = new IOException("lost");
    link.addressChanged();
    driver.failure = null;

    link.beat();
    link.beat();

    assertThat(driver.heard)
        .containsExactly(Messages.ANNOUNCE, Messages.ANNOUNCE, Messages.ANNOUNCE);
  }

  @Test
  void requestsThatWaitAreToldOnceUntilATaskLooks() {
    request();
    request();
    assertThat(driver.heard).containsExactly(Messages.WAITING);

    link.taskLooks();
    link.lookForRequests();

    assertThat(driver.heard).containsExactly(Messages.WAITING, Messages.WAITING);
  }

  @Test
  void aQuietServerTellsEveryFiveSecondsThatItLives() {
    link.beat();
    clock.advance(Duration.ofMillis(4_999));
    link.beat();
    assertThat(driver.heard).isEmpty();

    clock.advance(Duration.ofMillis(1));
    link.beat();
    link.beat();

    assertThat(driver.heard).containsExactly(Messages.ALIVE);
  }

  @Test
  void aDriverThatIsSilentForHalfAMinuteIsLost() {
    driver.failure = new IOException("lost");
    clock.advance(Duration.ofSeconds(29));
    link.beat();
    assertThat(lost).isEmpty();

    clock.advance(Duration.ofSeconds(1));
    link.beat();

    assertThat(lost).containsExactly("silent " + exchanges.serverId());
  }

  @Test
  void aDriverThatDoesNotKnowTheServerHasForgottenIt() {
    ChannelPeers.remove(RUN);
    clock.advance(Duration.ofSeconds(5));

    link.beat();

    assertThat(lost).containsExactly("forgotten " + exchanges.serverId());
  }

  /** Hears everything, and answers with the first term or not at all. */
  private static final class Driver implements ChannelPeer {
    private final Secret secret = Secret.random();
    private final List<String> heard = new ArrayList<>();
    private @Nullable IOException failure;

    @Override
    public Secret secret() {
      return secret;
    }

    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) {
      heard.add(path);
      IOException lost = failure;
      return lost == null
          ? CompletableFuture.completedFuture(Messages.numbers(1))
          : CompletableFuture.failedFuture(lost);
    }
  }
}
