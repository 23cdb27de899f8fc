package io.sparkserving.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.testing.DriverProcess;
import io.sparkserving.testing.Volume;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkBuildInfo;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What clients were told stays so, however often the driver is killed. */
class LedgerTest {
  /** Half a minute for each time that something is killed is too long for every run. */
  private static final String MORE_THAN_ONE = "[2-9]|\\d\\d+";

  private static final int CLIENTS = 32;
  private static final int KILLS = 2;
  private static final String JOURNAL = "journal=checkpoint";
  private static final String CLUSTER = "local-cluster[2,2,1024]";
  private static final String SHORT = "epochLength=500ms";
  private static final String KEYS = "idempotencyKey=Idempotency-Key";

  private Path folder;

  @BeforeEach
  void makeFolder(@TempDir Path made) {
    folder = made;
  }

  @Test
  @Tag("everything")
  void headForgetsNothingThatWasAcknowledged() throws Exception {
    assertThat(wrongAfterKills("head", "local[2,4]", false, JOURNAL)).isEmpty();
  }

  @Test
  @Tag("long")
  @EnabledIfSystemProperty(named = "tests.volume", matches = MORE_THAN_ONE)
  void distributedForgetsNothingThatWasAcknowledged() throws Exception {
    assertThat(wrongAfterKills("distributed", "local[2,4]", false, JOURNAL)).isEmpty();
  }

  @Test
  @Tag("long")
  @EnabledIfSystemProperty(named = "tests.volume", matches = MORE_THAN_ONE)
  void longBatchesForgetNothingThatWasAcknowledged() throws Exception {
    assertThat(wrongAfterKills("lingering", "local[2,4]", true, JOURNAL, KEYS, SHORT)).isEmpty();
  }

  @Test
  @Tag("long")
  @EnabledIfSystemProperty(named = "tests.volume", matches = MORE_THAN_ONE)
  void headForgetsNothingOnACluster() throws Exception {
    assertThat(wrongAfterKills("head", CLUSTER, true, JOURNAL, KEYS)).isEmpty();
  }

  @Test
  @Tag("long")
  @EnabledIfSystemProperty(named = "tests.volume", matches = MORE_THAN_ONE)
  void distributedForgetsNothingOnACluster() throws Exception {
    assertThat(wrongAfterKills("distributed", CLUSTER, true, JOURNAL, KEYS)).isEmpty();
  }

  @Test
  @Tag("long")
  @EnabledIfSystemProperty(named = "tests.volume", matches = MORE_THAN_ONE)
  void realTimeForgetsNothingOnACluster() throws Exception {
    assertThat(wrongAfterKills("realTime", CLUSTER, true, JOURNAL, KEYS)).isEmpty();
  }

  @Test
  @Tag("long")
  @EnabledIfSystemProperty(named = "tests.volume", matches = MORE_THAN_ONE)
  void withoutAJournalTheSameIsNotSo() throws Exception {
    assertThat(wrongAfterKills("realTime", "local[4,4]", false)).isNotEmpty();
  }

  @Test
  @Tag("long")
  @EnabledIfSystemProperty(named = "tests.volume", matches = MORE_THAN_ONE)
  void realTimeForgetsNothingThatWasAcknowledged() throws Exception {
    assertThat(wrongAfterKills("realTime", "local[4,4]", false, JOURNAL)).isEmpty();
  }

  @Test
  @Tag("long")
  @EnabledIfSystemProperty(named = "tests.volume", matches = MORE_THAN_ONE)
  void realTimeCountsWhatComesUnderAKeyOnce() throws Exception {
    assertThat(wrongAfterKills("realTime", "local[4,4]", true, JOURNAL, KEYS)).isEmpty();
  }

  private List<String> wrongAfterKills(String mode, String master, boolean keyed, String... options)
      throws Exception {
    if (mode.equals("realTime")) {
      assumeThat(SparkBuildInfo.spark_version()).isGreaterThanOrEqualTo("4.3");
    }
    int port = freePort();
    Random random = new Random(Long.getLong("tests.seed", 1));
    try (Ledger ledger = Ledger.open(port, CLIENTS, keyed)) {
      for (int kill = 0; kill <= Volume.of(KILLS); kill++) {
        boolean isLast = kill == Volume.of(KILLS);
        try (DriverProcess driver = start(mode, master, port, options)) {
          driver.awaitLine(LedgerDriver.READY);
          if (!isLast && random.nextInt(4) == 0) {
            // Perhaps in the midst of what is computed again.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(3_000)));
          } else {
            awaitMore(driver, ledger, 1 + random.nextInt(2_000));
          }
          if (!isLast && master.equals(CLUSTER) && random.nextBoolean()) {
            driver.killChild(random);
            awaitMore(driver, ledger, 500);
          }
          if (isLast) {
            ledger.stop();
          }
        }
        System.out.printf("%s %s kill %d: %s%n", mode, List.of(options), kill, ledger);
      }
      return ledger.wrong();
    }
  }

  private static void awaitMore(DriverProcess driver, Ledger ledger, int more) throws IOException {
    long before = ledger.acknowledged();
    try {
      await().atMost(Duration.ofMinutes(3)).until(() -> ledger.acknowledged() - before >= more);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(ledger + "\n" + driver.read(), e);
    }
  }

  private DriverProcess start(String mode, String master, int port, String... options)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                mode,
                master,
                Integer.toString(port),
                folder.resolve("checkpoint").toUri().toString()));
    arguments.addAll(List.of(options));
    return DriverProcess.start(folder, LedgerDriver.class, arguments.toArray(String[]::new));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
