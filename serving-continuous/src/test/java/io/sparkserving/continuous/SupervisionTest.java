package io.sparkserving.continuous;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.SupervisedQuery;
import io.sparkserving.SupervisedQuery.State;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queries that fail without Spark's own retries, and go on all the same. */
class SupervisionTest {
  private static final int CONNECTIONS = 16;
  private static final int REQUESTS = 20_000;
  private static final int ONE_IN = 500;
  private static final Map<String, String> PARTITIONS = Map.of("numPartitions", "3");
  private static final AtomicBoolean BROKEN = new AtomicBoolean();

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
  void onlyPoisonousRequestsFailThoughEachEndsTheQueryTwice(Mode mode) throws Exception {
    String name = mode.service("supervised");
    SupervisedQuery query =
        ContinuousService.writer(
                spark, mode, name, 0, PARTITIONS, requests -> calling(requests, "swallow"))
            .supervise(Map.of("backoff", "10ms"));
    ContinuousService service = ContinuousService.of(mode, name);
    try {
      AtomicLong last = new AtomicLong(System.nanoTime());
      AtomicLong longest = new AtomicLong();
      LoadReport report =
          service.load(
              CONNECTIONS,
              REQUESTS,
              (number, response) -> {
                long now = System.nanoTime();
                longest.accumulateAndGet(now - last.getAndSet(now), Math::max);
                return isFit(number, response);
              });

      int poisonous = REQUESTS / ONE_IN;
      System.out.printf(
          "%s: %.0f requests/s, %d restarts, longest pause %d ms%n",
          name,
          report.requestsPerSecond(),
          query.restarts(),
          TimeUnit.NANOSECONDS.toMillis(longest.get()));
      assertThat(report.errors()).as("%s", report).isZero();
      assertThat(report.mismatches()).as("%s", report).isZero();
      assertThat(report.byStatus()).isEqualTo(Map.of(200, REQUESTS - poisonous, 500, poisonous));
      assertThat(query.restarts()).isPositive();
      assertThat(query.state()).isEqualTo(State.RUNNING);
      assertThat(query.lastFailure()).isPresent();
    } finally {
      query.stop();
    }
    assertThat(query.state()).isEqualTo(State.STOPPED);
  }

  private static boolean isFit(int number, RawResponse response) {
    return number % ONE_IN == ONE_IN / 2
        ? response.status() == 500
        : response.status() == 200 && response.text().equals("request-" + number);
  }

  @Test
  void aQueryThatOnlyFailsIsGivenUpAndItsServiceAnswers503() throws Exception {
    BROKEN.set(false);
    SupervisedQuery query =
        ContinuousService.writer(
                spark,
                Mode.CONTINUOUS,
                "broken",
                0,
                Map.of("numPartitions", "1", "maxRequestAttempts", "100"),
                requests -> calling(requests, "break"))
            .supervise(Map.of("maxRestarts", "3", "backoff", "10ms"));
    ContinuousService service = ContinuousService.of(Mode.CONTINUOUS, "broken");
    ExecutorService client = Executors.newSingleThreadExecutor();
    try {
      assertThat(service.post("fine").text()).isEqualTo("fine");
      BROKEN.set(true);
      Future<RawResponse> held = client.submit(() -> service.post("not fine"));

      assertThat(query.awaitTermination(120_000)).isTrue();

      assertThat(query.state()).isEqualTo(State.GIVEN_UP);
      assertThat(query.restarts()).isEqualTo(3);
      assertThat(held.get(30, TimeUnit.SECONDS).status()).isEqualTo(503);
      RawResponse later = service.post("later");
      assertThat(later.status()).isEqualTo(503);
      assertThat(later.header("Retry-After")).isPresent();
    } finally {
      client.shutdownNow();
      query.stop();
    }
    assertThat(query.state()).isEqualTo(State.STOPPED);
    await().atMost(Duration.ofSeconds(10)).until(() -> spark.streams().active().length == 0);
  }

  private static Dataset<Row> calling(Dataset<Row> requests, String what) {
    UserDefinedFunction function =
        what.equals("swallow")
            ? udf((UDF1<String, String>) SupervisionTest::swallow, DataTypes.StringType)
            : udf((UDF1<String, String>) SupervisionTest::breakDown, DataTypes.StringType);
    return Serving.makeReply(
        ContinuousService.text(requests)
            .withColumn("value", function.asNondeterministic().apply(col("value"))),
        "value");
  }

  private static String swallow(String text) {
    if (Integer.parseInt(text.substring("request-".length())) % ONE_IN == ONE_IN / 2) {
      throw new IllegalStateException("Cannot swallow " + text);
    }
    return text;
  }

  private static String breakDown(String text) {
    if (BROKEN.get()) {
      throw new IllegalStateException("Cannot go on");
    }
    return text;
  }
}
