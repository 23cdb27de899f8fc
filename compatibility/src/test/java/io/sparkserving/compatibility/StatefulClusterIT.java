package io.sparkserving.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.compatibility.CountingService.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queries that keep state by key in real time, whose servers are in two executor JVMs. */
@Tag("everything")
final class StatefulClusterIT {
  private static final int EXECUTORS = 2;
  private static final int KEYS = 8;
  private static final int REQUESTS_EACH = 10;

  private static SparkSession spark;

  private final ExecutorService clients = Executors.newFixedThreadPool(KEYS);

  @BeforeAll
  static void startSpark() throws Exception {
    assumeTrue(System.getProperty("expected.spark").compareTo("4.3") >= 0);
    spark = LocalCluster.start(EXECUTORS, 2, CountingService.SETTINGS);
  }

  @AfterAll
  static void stopSpark() {
    if (spark != null) {
      spark.stop();
    }
  }

  @AfterEach
  void stopClients() {
    clients.shutdownNow();
  }

  /** Keys are counted in either JVM, whichever of them holds the connection. */
  @Test
  void repliesReachTheOtherJvmInTheFirstBatch() throws Exception {
    try (CountingService service = start("counts", "5 minutes")) {
      List<URI> servers = service.servers();
      List<Callable<List<String>>> calls =
          IntStream.range(0, KEYS)
              .mapToObj(key -> (Callable<List<String>>) () -> ask("key" + key, service, servers))
              .toList();

      for (Future<List<String>> asked : clients.invokeAll(calls)) {
        assertThat(asked.get())
            .as("of one key, asked in turn at one server and the other")
            .isEqualTo(IntStream.rangeClosed(1, REQUESTS_EACH).mapToObj(String::valueOf).toList());
      }
      assertThat(service.query().lastProgress()).as("the first batch goes on").isNull();
    }
  }

  private static List<String> ask(String key, CountingService service, List<URI> servers)
      throws Exception {
    List<String> counts = new ArrayList<>();
    for (int i = 0; i < REQUESTS_EACH; i++) {
      counts.add(service.ask(servers.get(i % servers.size()), key).countOf(key));
    }
    return counts;
  }

  @Test
  void aKilledExecutorTakesItsOwnConnectionsAndWhatWasCountedSinceTheLastBatch() throws Exception {
    try (CountingService service = start("killed", "1 second")) {
      List<URI> servers = service.servers();
      Answer first = service.ask(servers.get(0), "key");
      assertThat(first.countOf("key")).isEqualTo("1");
      awaitCommit(service);
      URI kept = servers.get(1);

      assertThat(ProcessHandle.of(first.process()).orElseThrow().destroyForcibly()).isTrue();
      assertThatIOException().isThrownBy(() -> service.ask(servers.get(0), "other"));
      List<Answer> meanwhile = new ArrayList<>();
      for (int i = 0; i < REQUESTS_EACH; i++) {
        meanwhile.add(service.ask(kept, "key"));
      }

      assertThat(meanwhile).extracting(Answer::status).containsOnly(200);
      assertThat(meanwhile)
          .extracting(answer -> Integer.parseInt(answer.countOf("key")))
          .allMatch(count -> count > 1);
      assertThat(service.servers()).as("another in its place").doesNotContain(servers.get(0));
      assertThat(service.ask(service.servers().get(0), "new").countOf("new")).isEqualTo("1");
    }
  }

  /** Waits for the end of the batch that goes on now. */
  private static void awaitCommit(CountingService service) {
    long before = batches(service);
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(batches(service)).isGreaterThan(before + 1));
  }

  private static long batches(CountingService service) {
    var progress = service.query().lastProgress();
    return progress == null ? -1 : progress.batchId();
  }

  private static CountingService start(String name, String batch) throws Exception {
    return CountingService.start(spark, name, EXECUTORS, batch, Map.of("requestTimeout", "60s"));
  }
}
