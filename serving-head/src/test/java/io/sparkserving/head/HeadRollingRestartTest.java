package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.testing.BalancerProcess;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real load balancer, with health checks, before two services of which one is restarted. */
@Tag("everything")
class HeadRollingRestartTest {
  private static final int RESTARTS = 10;
  private static final int CLIENTS = 4;

  /** As docs/operations.md has it, but for shorter times. */
  private static final String CONFIGURATION =
      """
      defaults
          mode http
          timeout connect 2s
          timeout check 5s
          timeout client 60s
          timeout server 60s

      frontend clients
          bind 127.0.0.1:%d
          default_backend my_api

      backend my_api
          balance roundrobin
          option httpchk GET /readyz
          http-check expect status 200
          default-server check inter 50ms fall 2 rise 1
          server one 127.0.0.1:%d
          server two 127.0.0.1:%d
      """;

  @BeforeEach
  void findHaproxy() {
    assumeTrue(
        BalancerProcess.find("haproxy").isPresent(),
        "Missing program 'haproxy': install it with apt-get install -y haproxy");
  }

  @Test
  void noRequestFailsWhileOneOfTwoServersIsRestartedAgainAndAgain(@TempDir Path folder)
      throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try (SparkSession spark = SparkSessions.start("local[4]");
        HeadService steady = start(spark, "steady", 0)) {
      HeadService restarted = start(spark, "restarted", 0);
      awaitReady(steady);
      awaitReady(restarted);
      try (BalancerProcess haproxy = haproxy(folder, steady.port(), restarted.port())) {
        AtomicInteger left = new AtomicInteger(RESTARTS);
        List<Future<List<RawResponse>>> calling = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          calling.add(clients.submit((Callable<List<RawResponse>>) () -> callOn(haproxy, left)));
        }
        while (left.get() > 0) {
          HeadService running = restarted;
          await().until(() -> running.counters().replied() > 0);
          restarted.close();
          restarted = start(spark, "restarted", restarted.port());
          left.decrementAndGet();
        }
        int requests = 0;
        for (Future<List<RawResponse>> called : calling) {
          assertThat(called.get()).allMatch(response -> response.status() == 200);
          requests += called.get().size();
        }
        System.out.printf("%d requests over %d restarts%n", requests, RESTARTS);
      } finally {
        restarted.close();
      }
    } finally {
      clients.shutdownNow();
    }
  }

  /** The balancer counts on both servers until its first checks. */
  private static void awaitReady(HeadService service) {
    await()
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              try (RawHttp http = RawHttp.connect(service.port())) {
                return http.call(RawRequest.get("/readyz")).status() == 200;
              }
            });
  }

  /** One connection, for as long as it is kept open, and then another. */
  private static List<RawResponse> callOn(BalancerProcess haproxy, AtomicInteger left)
      throws IOException {
    List<RawResponse> responses = new ArrayList<>();
    while (left.get() > 0) {
      try (RawHttp http = haproxy.connect()) {
        boolean kept = true;
        while (kept && left.get() > 0) {
          RawResponse response = http.call(RawRequest.post("/my_api", "body"));
          responses.add(response);
          kept = !response.header("Connection").orElse("").equalsIgnoreCase("close");
        }
      }
    }
    return responses;
  }

  private static HeadService start(SparkSession spark, String name, int port) throws Exception {
    Map<String, String> options =
        Map.of(
            "name", name,
            "path", "my_api",
            "port", Integer.toString(port),
            "numPartitions", "1",
            "drainDelay", "500ms",
            "drainTimeout", "10s");
    return HeadService.start(spark, name, options, HeadPipelines::echo);
  }

  private static BalancerProcess haproxy(Path folder, int one, int two) throws IOException {
    int port = BalancerProcess.freePort();
    Path file = folder.resolve("haproxy.cfg");
    Files.writeString(file, CONFIGURATION.formatted(port, one, two));
    String program = BalancerProcess.find("haproxy").orElseThrow().toString();
    return BalancerProcess.start(List.of(program, "-db", "-f", file.toString()), folder, port);
  }
}
