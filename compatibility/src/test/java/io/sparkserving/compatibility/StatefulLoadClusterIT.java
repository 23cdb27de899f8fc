package io.sparkserving.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.compatibility.CountingService.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many clients count with many keys in real time, on three executors, through the gateway and at
 * the servers themselves. The system property {@code tests.volume} says how many times 2,500
 * requests they send.
 */
@Tag("long")
final class StatefulLoadClusterIT {
  private static final int EXECUTORS = 3;
  private static final int CONNECTIONS = 64;
  private static final int KEYS = 1_000;
  private static final int REQUESTS = 2_500 * Integer.getInteger("tests.volume", 1);

  private static SparkSession spark;

  private final ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);

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

  @Test
  void everyRequestIsCountedAndAnsweredOnceFromTheFirstSecondOn() throws Exception {
    int gateway = freePort();
    Map<String, String> options = Map.of("gateway.port", Integer.toString(gateway));
    try (CountingService service =
        CountingService.start(spark, "load", EXECUTORS, "5 minutes", options)) {
      List<URI> addresses = new ArrayList<>(service.servers());
      addresses.addAll(Collections.nCopies(EXECUTORS, service.at(gateway)));
      Map<String, List<String>> counts = new ConcurrentHashMap<>();
      AtomicInteger next = new AtomicInteger();
      long begun = System.nanoTime();

      run(
          client -> {
            for (int i = next.getAndIncrement(); i < REQUESTS; i = next.getAndIncrement()) {
              String key = "key" + i % KEYS;
              String count =
                  service.ask(addresses.get(client % addresses.size()), key).countOf(key);
              counts
                  .computeIfAbsent(key, any -> Collections.synchronizedList(new ArrayList<>()))
                  .add(count);
            }
          });

      System.out.printf(
          "%d requests, %.0f/s%n", REQUESTS, REQUESTS * 1e9 / (System.nanoTime() - begun));
      assertThat(new TreeMap<>(counts))
          .hasSize(Math.min(KEYS, REQUESTS))
          .allSatisfy(
              (key, met) ->
                  assertThat(met)
                      .as(key)
                      .containsExactlyInAnyOrderElementsOf(
                          IntStream.rangeClosed(1, met.size()).mapToObj(String::valueOf).toList()));
      assertThat(service.query().lastProgress()).as("the first batch goes on").isNull();
    }
  }

  @Test
  void aKilledExecutorBreaksNoConnectionsButItsOwn() throws Exception {
    try (CountingService service =
        CountingService.start(spark, "killing", EXECUTORS, "2 seconds", Map.of())) {
      List<URI> servers = service.servers();
      Answer committed = service.ask(servers.get(0), "committed");
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> service.query().lastProgress(),
              progress -> progress != null && progress.batchId() > 1);
      AtomicInteger next = new AtomicInteger();
      AtomicInteger broken = new AtomicInteger();
      List<String> unanswered = Collections.synchronizedList(new ArrayList<>());

      run(
          client -> {
            URI server = servers.get(client % EXECUTORS);
            for (int i = next.getAndIncrement(); i < REQUESTS; i = next.getAndIncrement()) {
              if (i == REQUESTS / 3) {
                ProcessHandle.of(committed.process()).orElseThrow().destroyForcibly();
              }
              try {
                Answer answer = service.ask(server, "key" + i % KEYS);
                if (answer.status() != 200) {
                  unanswered.add(server.getPort() + ": " + answer);
                }
              } catch (IOException e) {
                if (!server.equals(servers.get(0))) {
                  unanswered.add(server.getPort() + ": " + e);
                }
                broken.incrementAndGet();
                server = servers.get(1 + client % (EXECUTORS - 1));
              }
            }
          });

      System.out.printf("%d broken connections%n", broken.get());
      assertThat(unanswered).isEmpty();
      assertThat(broken).hasPositiveValue();
      List<URI> now = service.servers();
      assertThat(now).doesNotContain(servers.get(0));
      assertThat(service.ask(now.get(0), "committed").countOf("committed")).isEqualTo("2");
    }
  }

  /** What each client does. */
  private interface Client {
    void run(int number) throws Exception;
  }

  private void run(Client client) throws Exception {
    List<Callable<Void>> calls = new ArrayList<>();
    for (int number = 0; number < CONNECTIONS; number++) {
      int each = number;
      calls.add(
          () -> {
            client.run(each);
            return null;
          });
    }
    for (Future<Void> done : clients.invokeAll(calls)) {
      done.get();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
