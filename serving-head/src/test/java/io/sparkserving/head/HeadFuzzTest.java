package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.testing.Gzip;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp2;
import io.sparkserving.testing.SparkSessions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/**
 * Bad bytes against a live service while good clients call it. The seed is fixed; the system
 * properties {@code fuzz.seed}, {@code fuzz.attacks} and {@code fuzz.requests} ask for others and
 * for more, as for docs/reliability.md.
 */
class HeadFuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 8);
  private static final int ATTACKS = Integer.getInteger("fuzz.attacks", 240);
  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 1_000);
  private static final int SLOW_SENDERS = 200;
  private static final int ATTACKERS = 4;
  private static final String HEAD = "POST /fuzzed HTTP/1.1\r\nHost: localhost\r\n";

  /** What an attacker sends must never be seen by a good client. */
  private static final String MARK = "attack";

  private static final long ALLOWED_GROWTH = 64 << 20;

  @Test
  void badInputHarmsNobodyElse() throws Exception {
    Map<String, String> options =
        Map.of("http2", "true", "decompression", "true", "maxBodySize", "1m");
    ExecutorService attackers = Executors.newFixedThreadPool(ATTACKERS);
    List<Socket> slow = new ArrayList<>();
    try (SparkSession spark = SparkSessions.start("local[2]");
        HeadService service = HeadService.start(spark, "fuzzed", options, HeadPipelines::echo)) {
      assertThat(load(service, 200).isAll(200)).isTrue();
      long heapBefore = liveHeap();
      for (int i = 0; i < SLOW_SENDERS; i++) {
        Socket socket = new Socket("localhost", service.port());
        slow.add(socket);
        socket.getOutputStream().write(latin1(HEAD + "Content-Length: 1000\r\n\r\nslow"));
      }
      List<Future<Integer>> attacks = new ArrayList<>();
      for (int i = 0; i < ATTACKERS; i++) {
        Random random = new Random(SEED + i);
        attacks.add(attackers.submit(() -> attackAll(service.port(), random)));
      }
      LoadReport report = load(service, REQUESTS);
      int hungUp = 0;
      for (Future<Integer> attack : attacks) {
        hungUp += attack.get(ATTACKS, TimeUnit.SECONDS);
      }
      LoadReport after = load(service, 200);
      for (Socket socket : slow) {
        socket.close();
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(service.openExchanges()).isZero());
      long heapAfter = liveHeap();

      System.out.printf(
          "%,d attacks, %,d of them hung up on, %d slow senders; %,d good requests: %s;"
              + " live heap before: %.1f MiB, after: %.1f MiB%n",
          ATTACKS,
          hungUp,
          SLOW_SENDERS,
          REQUESTS,
          report,
          heapBefore / 1048576.0,
          heapAfter / 1048576.0);
      assertThat(report.isAll(200)).as("%s", report).isTrue();
      assertThat(after.isAll(200)).as("%s", after).isTrue();
      assertThat(heapAfter).isLessThan(heapBefore + ALLOWED_GROWTH);
    } finally {
      attackers.shutdownNow();
    }
  }

  private static LoadReport load(HeadService service, int requests) throws InterruptedException {
    return service.load(
        8,
        requests,
        number -> "good " + number,
        (body, response) -> response.status() == 200 && response.text().equals(body));
  }

  private static long liveHeap() {
    ManagementFactory.getMemoryMXBean().gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** How often the server hung up, or said nothing for a fifth of a second. */
  private static int attackAll(int port, Random random) {
    int hungUp = 0;
    for (int i = 0; i < ATTACKS / ATTACKERS; i++) {
      try {
        if (random.nextInt(4) == 0) {
          http2(port, random);
        } else {
          http1(port, random);
        }
      } catch (IOException e) {
        hungUp++;
      }
    }
    return hungUp;
  }

  private static void http1(int port, Random random) throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoTimeout(200);
      socket.getOutputStream().write(badRequest(random));
      if (random.nextBoolean()) {
        socket.shutdownOutput();
      }
      socket.getInputStream().readNBytes(1 + random.nextInt(400));
    }
  }

  private static byte[] badRequest(Random random) throws IOException {
    String inner = "GET /fuzzed/" + MARK + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String name =
        random
            .ints(1 + random.nextInt(30), 0, 256)
            .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
            .toString();
    return switch (random.nextInt(12)) {
      case 0 ->
          latin1(HEAD + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner);
      case 1 -> latin1(HEAD + "Content-Length: 4\r\nContent-Length: 90\r\n\r\n" + MARK + inner);
      case 2 -> latin1(HEAD + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner);
      case 3 -> latin1(HEAD + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n" + inner);
      case 4 -> latin1(HEAD + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + MARK);
      case 5 ->
          latin1(HEAD + "Transfer-Encoding: chunked\r\n\r\n5;" + name + "\r\n" + MARK + inner);
      case 6 -> latin1(HEAD + "Content-Length: -1\r\n\r\n" + inner);
      case 7 -> latin1(HEAD + name + ": " + MARK + "\r\n\r\n");
      case 8 -> latin1(HEAD + "X: " + "x".repeat(random.nextInt(1 << 16)) + "\r\n\r\n");
      case 9 -> latin1(inner.repeat(1 + random.nextInt(50)));
      case 10 -> bomb(random);
      default -> {
        byte[] noise = new byte[random.nextInt(2000)];
        random.nextBytes(noise);
        yield noise;
      }
    };
  }

  private static byte[] bomb(Random random) throws IOException {
    byte[] bomb = Gzip.compress(new byte[random.nextInt(20 << 20)]);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(
        latin1(HEAD + "Content-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n\r\n"));
    request.writeBytes(bomb);
    return request.toByteArray();
  }

  private static void http2(int port, Random random) throws IOException {
    try (RawHttp2 http = RawHttp2.connect(port)) {
      switch (random.nextInt(4)) {
        case 0 -> {
          for (int stream = 1; stream < 400; stream += 2) {
            http.post(stream, "/fuzzed", MARK);
            http.send(RawHttp2.RST_STREAM, 0, stream, RawHttp2.number(8));
          }
        }
        case 1 -> {
          Map<String, String> headers = new LinkedHashMap<>();
          headers.put(":path", "/fuzzed");
          headers.put("transfer-encoding", "chunked");
          headers.put(":method", MARK);
          http.send(RawHttp2.HEADERS, 5, 1, RawHttp2.headerBlock(headers));
        }
        case 2 -> http.send(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(Integer.MAX_VALUE));
        default -> {
          byte[] noise = new byte[random.nextInt(500)];
          random.nextBytes(noise);
          http.send(random.nextInt(256), random.nextInt(256), random.nextInt(10), noise);
        }
      }
      http.read();
    }
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
