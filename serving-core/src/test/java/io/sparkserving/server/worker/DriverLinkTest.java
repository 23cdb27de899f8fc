package io.sparkserving.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.ChannelRefusedException;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.worker.DriverAnswer.Standing;
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
  private final List<Integer> answers = new ArrayList<>();
  private final DriverLink link =
      new DriverLink(
          ServerSpec.of(
              ServiceConfiguration.parse(Map.of("port", "0", "path", "api")),
              new ServiceEndpoint(RUN, driver.secret(), null)),
          clock,
          new DriverLink.DriverLoss() {
            @Override
            public void forgotten(String serverId) {
              lost.add("forgotten " + serverId);
            }

            @Override
            public void abandoned(String serverId) {
              lost.add("abandoned " + serverId);
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
        new RequestMessage("GET", "/api", 1, 1, List.of(), null, false),
        (reply, done) -> answers.add(reply.status()));
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
    announce();
    driver.failure = new IOException("lost");
    link.addressChanged();
    driver.failure = null;

    link.beat();
    link.beat();

    assertThat(driver.heard)
        .containsExactly(Messages.ANNOUNCE, Messages.ANNOUNCE, Messages.ANNOUNCE);
  }

  /** Spark has given up the executor, which goes on. */
  @Test
  void aServerWhoseAnnouncementIsRefusedIsClosedAndNotAnnouncedAgain() throws Exception {
    announce();
    driver.failure = new ChannelRefusedException("Spark has no executor 1");
    link.addressChanged();
    driver.failure = null;

    link.beat();

    assertThat(lost).containsExactly("abandoned " + exchanges.serverId());
    assertThat(driver.heard).containsExactly(Messages.ANNOUNCE, Messages.ANNOUNCE);
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
  void whileTheDriverIsSilentForMoreThanHalfAMinuteRequestsAreRefused() {
    driver.failure = new IOException("lost");
    request();
    beatFor(29);
    assertThat(answers).isEmpty();

    beatFor(1);
    request();
    assertThat(answers).containsExactly(503, 503);
    assertThat(exchanges.readiness()).isEqualTo(Readiness.NO_DRIVER);
    assertThat(lost).isEmpty();

    beatFor(600);
    driver.failure = null;
    beatFor(2);
    request();
    assertThat(answers).hasSize(2);
    assertThat(exchanges.readiness()).isEqualTo(Readiness.READY);
    assertThat(exchanges.queue().size()).isEqualTo(1);
  }

  @Test
  void aJvmThatStoodStillHasNotListenedToItsDriver() {
    request();
    driver.failure = new IOException("lost while nobody read");
    clock.advance(Duration.ofMinutes(2));
    link.beat();
    assertThat(answers).isEmpty();

    driver.failure = null;
    beatFor(1);
    assertThat(answers).isEmpty();
  }

  @Test
  void aServerThatTheDriverDoesNotKnowAnnouncesItselfAgain() throws Exception {
    announce();
    driver.standing = Standing.UNKNOWN;
    beatFor(5);
    driver.standing = Standing.KNOWN;
    beatFor(2);

    assertThat(driver.heard).containsExactly(Messages.ANNOUNCE, Messages.ALIVE, Messages.ANNOUNCE);
    assertThat(lost).isEmpty();
  }

  @Test
  void aServerIsNotAnnouncedBeforeClientsReachItThoughTheDriverDoesNotKnowIt() {
    link.announce(new CompletableFuture<>(), DriverLinkTest::announcement);
    driver.standing = Standing.UNKNOWN;

    beatFor(12);

    assertThat(driver.heard).containsOnly(Messages.ALIVE);
  }

  @Test
  void aServerWhoseExecutorIsGivenUpCloses() {
    driver.standing = Standing.EXECUTOR_GONE;
    beatFor(5);
    assertThat(lost).containsExactly("abandoned " + exchanges.serverId());
  }

  @Test
  void requestsAreRefusedWhereSparkSendsNoTasksOnceThoseThatWereThereHaveEnded() {
    driver.standing = Standing.EXCLUDED;
    Lease lease = exchanges.leases().open(new LeaseKey(1, 1, 0));
    beatFor(6);
    request();
    beatFor(1);
    assertThat(answers).as("the task may take it").isEmpty();

    exchanges.leases().giveBack(lease, Blame.NONE);
    beatFor(1);
    request();
    assertThat(answers).containsExactly(503, 503);
    assertThat(exchanges.readiness()).isEqualTo(Readiness.EXCLUDED);

    driver.standing = Standing.KNOWN;
    beatFor(6);
    request();
    assertThat(answers).hasSize(2);
  }

  @Test
  void aReaderOfWhichTheDriverDidNotHearIsToldWithTheNextBeat() {
    driver.failure = new IOException("lost");
    link.readerIsReady(new LeaseKey(1, 2, 3));
    link.beat();
    driver.failure = null;
    link.beat();
    link.beat();

    assertThat(driver.heard).containsExactly(Messages.READER, Messages.READER, Messages.READER);
  }

  private void beatFor(int seconds) {
    for (int second = 0; second < seconds; second++) {
      clock.advance(Duration.ofSeconds(1));
      link.beat();
    }
  }

  private void announce() throws IOException {
    link.announce(CompletableFuture.completedFuture(null), DriverLinkTest::announcement);
    link.awaitAnnounced();
  }

  private static Announcement announcement() {
    return new Announcement("id", "1", "", 8080, "localhost", null, null, null);
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
    private Standing standing = Standing.KNOWN;

    @Override
    public Secret secret() {
      return secret;
    }

    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) {
      heard.add(path);
      IOException lost = failure;
      return lost == null
          ? CompletableFuture.completedFuture(new DriverAnswer(1, standing).toBytes())
          : CompletableFuture.failedFuture(lost);
    }
  }
}
