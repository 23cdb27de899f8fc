package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.ServingWriter;
import io.sparkserving.SupervisedQuery;
import io.sparkserving.SupervisedQuery.State;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.ServiceStanding;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;

/**
 * What every mode owes its clients when a query fails, is given up, or is replaced: nothing more to
 * be noticed than a pause. Spark tries no task twice here, so each failure ends a query.
 */
public abstract class OutlivingContractTest extends QueryContractTest {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Map<String, String> THREE_TASKS = Map.of("numPartitions", "3");

  protected OutlivingContractTest(TestedMode mode) {
    super(mode, "local[8]", Map.of());
  }

  /** Requests of which each {@link #oneIn()}th is poisonous. */
  protected int requests() {
    return 1_000;
  }

  protected int oneIn() {
    return 250;
  }

  /** Whether a query of this mode can fail behind a shuffle. */
  protected boolean shuffles() {
    return false;
  }

  protected int replacements() {
    return 3;
  }

  @Test
  void onlyPoisonousRequestsFailThoughEachEndsTheQuery() throws Exception {
    Swallow swallow = new Swallow(oneIn());
    SupervisedQuery query =
        writer("supervised", THREE_TASKS, text -> withValue(text, swallow))
            .supervise(Map.of("backoff", "10ms"));
    try {
      AtomicLong last = new AtomicLong(System.nanoTime());
      AtomicLong longest = new AtomicLong();
      LoadReport report =
          new LoadClient(port("supervised"), 16, requests(), LIMIT)
              .run(
                  number -> RawRequest.post("/supervised", "request-" + number),
                  (number, response) -> {
                    long now = System.nanoTime();
                    longest.accumulateAndGet(now - last.getAndSet(now), Math::max);
                    return isFit(number, response);
                  });

      System.out.printf(
          "%s: %d requests, %.0f/s, %d restarts, longest pause %d ms%n",
          getClass().getSimpleName(),
          requests(),
          report.requestsPerSecond(),
          query.restarts(),
          TimeUnit.NANOSECONDS.toMillis(longest.get()));
      int poisonous = requests() / oneIn();
      assertThat(report.errors()).as("%s", report).isZero();
      assertThat(report.mismatches()).as("%s", report).isZero();
      assertThat(report.byStatus()).isEqualTo(Map.of(200, requests() - poisonous, 500, poisonous));
      assertThat(query.restarts()).isPositive();
      assertThat(query.lastFailure()).isPresent();
      await().untilAsserted(() -> assertThat(query.state()).isEqualTo(State.RUNNING));
    } finally {
      query.stop();
    }
    assertThat(query.state()).isEqualTo(State.STOPPED);
  }

  /** Nobody can tell which request failed, so those of its batch are suspects, and come alone. */
  @Test
  void aPoisonousRequestBehindAShuffleIsFoundOut() throws Exception {
    assumeTrue(shuffles(), "no shuffles in this mode");
    Swallow swallow = new Swallow(100);
    SupervisedQuery query =
        writer("shuffled", THREE_TASKS, text -> withValue(text.repartition(2), swallow))
            .supervise(Map.of("backoff", "10ms"));
    int port = port("shuffled");
    try {
      LoadReport report =
          new LoadClient(port, 8, 100, LIMIT)
              .run(
                  number -> RawRequest.post("/shuffled", "request-" + number),
                  (number, response) ->
                      number == 50
                          ? response.status() == 500
                          : response.status() == 500
                              || response.text().equals("request-" + number));

      assertThat(report.errors() + report.mismatches()).as("%s", report).isZero();
      // It alone, or with those few that were alone in their tasks of the same batch.
      assertThat(report.byStatus().get(500)).as("%s", report).isBetween(1, 3);
      assertThat(query.restarts()).isBetween(1, 10);
      assertThat(post(port, "shuffled", "request-1").text()).isEqualTo("request-1");
    } finally {
      query.stop();
    }
  }

  private boolean isFit(int number, RawResponse response) {
    return number % oneIn() == oneIn() / 2
        ? response.status() == 500
        : response.status() == 200 && response.text().equals("request-" + number);
  }

  private record Swallow(int oneIn) implements UDF1<String, String> {
    @Override
    public String call(String text) {
      if (Integer.parseInt(text.substring("request-".length())) % oneIn == oneIn / 2) {
        throw new IllegalStateException("Cannot swallow " + text);
      }
      return text;
    }
  }

  @Test
  void aQueryThatOnlyFailsIsGivenUpAndItsServiceAnswers503() throws Exception {
    SupervisedQuery query =
        breaking("broken").supervise(Map.of("maxRestarts", "3", "backoff", "10ms"));
    int port = port("broken");
    ExecutorService client = Executors.newSingleThreadExecutor();
    try {
      assertThat(post(port, "broken", "fine").text()).isEqualTo("fine");
      breakDown();
      Future<RawResponse> held = client.submit(() -> post(port, "broken", "not fine"));

      assertThat(query.awaitTermination(120_000)).isTrue();

      assertThat(query.state()).isEqualTo(State.GIVEN_UP);
      assertThat(query.restarts()).isEqualTo(3);
      assertThat(held.get(30, TimeUnit.SECONDS).status()).isEqualTo(503);
      RawResponse later = post(port, "broken", "later");
      assertThat(later.status()).isEqualTo(503);
      assertThat(later.header("Retry-After")).isPresent();
      assertThat(ServiceRegistry.jvm().catalogue().standings())
          .singleElement()
          .satisfies(
              standing -> {
                assertThat(standing.state()).isEqualTo(ServiceStanding.State.GIVEN_UP);
                assertThat(standing.reason()).contains("3 restarts", "Exception");
                assertThat(standing.reason()).doesNotContain("fine");
              });
      try (RawHttp http = RawHttp.connect(port)) {
        RawResponse ready = http.call(RawRequest.get("/readyz"));
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.text()).contains("The query has ended");
        assertThat(http.call(RawRequest.get("/livez")).status()).isEqualTo(200);
      }
    } finally {
      client.shutdownNow();
      query.stop();
    }
    assertThat(query.state()).isEqualTo(State.STOPPED);
    assertThat(spark().streams().active()).isEmpty();
  }

  @Test
  void noRequestFailsWhileOneVersionFollowsTheOther() throws Exception {
    StreamingQuery query = version(1).start();
    int port = port("versions");
    AtomicInteger oldest = new AtomicInteger(1);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService background = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> load = background.submit(() -> callUntil(done, port, oldest));
      for (int next = 2; next <= replacements() + 1; next++) {
        StreamingQuery before = query;
        query = version(next).start();
        await().atMost(Duration.ofSeconds(60)).until(() -> !before.isActive());
        assertThat(before.exception().isEmpty()).as("%s", before.exception()).isTrue();
        oldest.set(next);
      }
      done.set(true);
      System.out.printf(
          "%s: %d replacements, %,d requests%n",
          getClass().getSimpleName(), replacements(), load.get(4, TimeUnit.MINUTES));
      assertThat(post(port, "versions", "who").text()).isEqualTo((replacements() + 1) + " who");
    } finally {
      done.set(true);
      background.shutdownNow();
      query.stop();
    }
  }

  private ServingWriter version(int version) {
    return writer(
        "versions",
        Map.of("numPartitions", "3", "takeover", Boolean.toString(version > 1)),
        text -> text.withColumn("value", concat(lit(version + " "), col("value"))));
  }

  /** Every reply is of the version that was the oldest when its request was sent, or a newer. */
  private static int callUntil(AtomicBoolean done, int port, AtomicInteger oldest)
      throws Exception {
    int round = 500;
    int sent = 0;
    while (!done.get()) {
      int[] oldestWhenSent = new int[round];
      LoadReport report =
          new LoadClient(port, 32, round, LIMIT)
              .run(
                  number -> {
                    oldestWhenSent[number] = oldest.get();
                    return RawRequest.post("/versions", "request-" + number);
                  },
                  (number, response) -> {
                    String[] parts = response.text().split(" ", 2);
                    return parts.length == 2
                        && parts[1].equals("request-" + number)
                        && Integer.parseInt(parts[0]) >= oldestWhenSent[number];
                  });
      assertThat(report.isAll(200)).as("%s", report).isTrue();
      sent += round;
    }
    return sent;
  }
}
