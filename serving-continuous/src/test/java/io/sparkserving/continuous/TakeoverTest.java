package io.sparkserving.continuous;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.SparkSessions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model is updated while clients call. */
class TakeoverTest {
  private static final int CONNECTIONS = 32;
  private static final int REPLACEMENTS = 10;
  private static final int ROUND = 2_000;

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[8]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @ParameterizedTest
  @EnumSource
  void noRequestFailsWhileTenVersionsFollowEachOther(Mode mode) throws Exception {
    String name = mode.service("versions");
    StreamingQuery query = version(mode, name, 1).start();
    ContinuousService service = ContinuousService.of(mode, name);
    AtomicInteger oldest = new AtomicInteger(1);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService background = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> load = background.submit(() -> callUntil(done, service, oldest));
      for (int next = 2; next <= REPLACEMENTS + 1; next++) {
        StreamingQuery before = query;
        query = version(mode, name, next).start();
        await().atMost(Duration.ofSeconds(60)).until(() -> !before.isActive());
        assertThat(before.exception().isEmpty()).as("%s", before.exception()).isTrue();
        oldest.set(next);
      }
      done.set(true);
      System.out.printf("%s: %,d requests%n", name, load.get(2, TimeUnit.MINUTES));
      assertThat(service.post("who").text()).isEqualTo((REPLACEMENTS + 1) + " who");
    } finally {
      done.set(true);
      background.shutdownNow();
      query.stop();
    }
  }

  /** Every reply is of the version that was the oldest when its request was sent, or a newer. */
  private static int callUntil(AtomicBoolean done, ContinuousService service, AtomicInteger oldest)
      throws Exception {
    int sent = 0;
    while (!done.get()) {
      int[] oldestWhenSent = new int[ROUND];
      LoadReport report =
          new LoadClient(service.port(), CONNECTIONS, ROUND, Duration.ofMinutes(2))
              .run(
                  number -> {
                    oldestWhenSent[number] = oldest.get();
                    return service.request("request-" + number);
                  },
                  (number, response) -> {
                    String[] parts = response.text().split(" ", 2);
                    return parts.length == 2
                        && parts[1].equals("request-" + number)
                        && Integer.parseInt(parts[0]) >= oldestWhenSent[number];
                  });
      assertThat(report.isAll(200)).as("%s", report).isTrue();
      sent += ROUND;
    }
    return sent;
  }

  private static ServingWriter version(Mode mode, String name, int version) {
    return ContinuousService.writer(
        spark,
        mode,
        name,
        0,
        Map.of("numPartitions", "3", "takeover", Boolean.toString(version > 1)),
        requests -> answer(requests, version));
  }

  private static Dataset<Row> answer(Dataset<Row> requests, int version) {
    return Serving.makeReply(
        ContinuousService.text(requests)
            .withColumn("value", concat(lit(version + " "), col("value"))),
        "value");
  }
}
