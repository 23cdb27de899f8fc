package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Bad bytes against an echo of the same JVM while good clients call it. The seed is fixed; the
 * system properties {@code fuzz.seed}, {@code fuzz.attacks} and {@code fuzz.requests} ask for
 * others and for more, as for docs/reliability.md; so does {@link Volume}.
 */
public final class Fuzzer {
  /** What the service is to have been given, so that the attacks reach all of it. */
  public static final Map<String, String> OPTIONS =
      Map.of("http2", "true", "decompression", "true", "maxBodySize", "1m");

  private static final long SEED = Long.getLong("fuzz.seed", 8);
  private static final int ATTACKS = Integer.getInteger("fuzz.attacks", Volume.of(240));
  private static final int REQUESTS = Integer.getInteger("fuzz.requests", Volume.of(1_000));
  private static final int SLOW_SENDERS = 200;
  private static final int ATTACKERS = 4;
  private static final long ALLOWED_GROWTH = 64 << 20;

  /** What the queries of this JVM saw. Spark copies functions, so it cannot be in one of them. */
  private static final Set<String> URIS = ConcurrentHashMap.newKeySet();

  private final String service;
  private final int port;
  private final int http2Port;

  /**
   * A service whose path is its name.
   *
   * @param port where HTTP/1.1 is attacked, and good clients call
   * @param http2Port where HTTP/2 is attacked
   */
  public Fuzzer(String service, int port, int http2Port) {
    this.service = service;
    this.port = port;
    this.http2Port = http2Port;
  }

  /** The same requests, whose URIs the query notes. */
  public static Dataset<Row> noting(Dataset<Row> requests) {
    UDF1<String, Boolean> note =
        uri -> {
          URIS.add(uri);
          return true;
        };
    return requests.filter(
        udf(note, DataTypes.BooleanType)
            .asNondeterministic()
            .apply(col("request.requestLine.uri")));
  }

  /** Attacks, and fails if good clients notice, if a smuggled request is taken, or memory grows. */
  public void run() throws Exception {
    ExecutorService attackers = Executors.newFixedThreadPool(ATTACKERS);
    List<Socket> slow = new ArrayList<>();
    try {
      assertThat(load(200).isAll(200)).isTrue();
      long heapBefore = liveHeap();
      for (int i = 0; i < SLOW_SENDERS; i++) {
        Socket socket = new Socket("localhost", port);
        slow.add(socket);
        String half = "POST /%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nslow";
        byte[] bytes = half.formatted(service).getBytes(StandardCharsets.ISO_8859_1);
        socket.getOutputStream().write(bytes);
      }
      List<Future<Integer>> attacks = new ArrayList<>();
      for (int i = 0; i < ATTACKERS; i++) {
        Random random = new Random(SEED + i);
        attacks.add(attackers.submit(() -> attackAll(random)));
      }
      LoadReport report = load(REQUESTS);
      int hungUp = 0;
      for (Future<Integer> attack : attacks) {
        hungUp += attack.get(60 + ATTACKS, TimeUnit.SECONDS);
      }
      LoadReport after = load(200);
      for (Socket socket : slow) {
        socket.close();
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(Probes.state(service).openExchanges()).isZero());
      long heapAfter = liveHeap();

      System.out.printf(
          "%s: %,d attacks, %,d of them hung up on, %d slow senders; %,d good requests: %s;"
              + " live heap before: %.1f MiB, after: %.1f MiB%n",
          service,
          ATTACKS,
          hungUp,
          SLOW_SENDERS,
          REQUESTS,
          report,
          heapBefore / 1048576.0,
          heapAfter / 1048576.0);
      assertThat(report.isAll(200)).as("%s", report).isTrue();
      assertThat(after.isAll(200)).as("%s", after).isTrue();
      assertThat(URIS)
          .contains("/" + service)
          .noneMatch(uri -> uri.startsWith("/" + service + "/" + Attacks.SMUGGLED));
      assertThat(heapAfter).isLessThan(heapBefore + ALLOWED_GROWTH);
    } finally {
      attackers.shutdownNow();
    }
  }

  /**
   * Sends requests that cannot be parsed, one after the other, for as long as good clients call, so
   * that both share threads and buffers all the time. Fails if one of those gets no answer, or
   * another one's.
   */
  public void runMalformed(int requests) throws Exception {
    AtomicBoolean end = new AtomicBoolean();
    ExecutorService attackers = Executors.newFixedThreadPool(2);
    try {
      Attacks attacks = new Attacks(port, "/" + service, new Random(SEED));
      for (int i = 0; i < 2; i++) {
        attackers.execute(() -> attackUntil(end, attacks));
      }
      LoadReport report = load(requests);
      assertThat(report.isAll(200)).as("%s", report).isTrue();
    } finally {
      end.set(true);
      attackers.shutdownNow();
    }
  }

  private static void attackUntil(AtomicBoolean end, Attacks attacks) {
    while (!end.get()) {
      try {
        attacks.malformed();
      } catch (IOException e) {
        // As the server likes.
      }
    }
  }

  private LoadReport load(int requests) throws InterruptedException {
    return new LoadClient(port, 8, requests, Volume.of(Duration.ofMinutes(8)))
        .run(
            number -> RawRequest.post("/" + service, "good " + number),
            (number, response) ->
                response.status() == 200 && response.text().equals("good " + number));
  }

  private static long liveHeap() {
    ManagementFactory.getMemoryMXBean().gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** How often the server hung up, or said nothing for a while. */
  private int attackAll(Random random) {
    Attacks http1 = new Attacks(port, "/" + service, random);
    Attacks http2 = new Attacks(http2Port, "/" + service, random);
    int hungUp = 0;
    for (int i = 0; i < ATTACKS / ATTACKERS; i++) {
      try {
        if (random.nextInt(4) == 0) {
          http2.http2();
        } else {
          http1.http1();
        }
      } catch (IOException e) {
        hungUp++;
      }
    }
    return hungUp;
  }
}
