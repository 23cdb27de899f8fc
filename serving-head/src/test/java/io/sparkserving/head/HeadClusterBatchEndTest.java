package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.channel.CountingPeer;
import io.sparkserving.channel.MoreRequests;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What becomes of requests when a batch ends, or a task of it, that goes on in executors. The batch
 * would be longer than any client waits.
 */
@Tag("everything")
@Timeout(300)
class HeadClusterBatchEndTest {
  private static final Map<String, String> LONG =
      Map.of("batchLength", "10min", "loadShedding", "false", "takeover", "true");

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() throws Exception {
    spark = ExecutorCluster.start(2, 2, Map.of());
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  private static HeadService start(String name, UnaryOperator<Dataset<Row>> requestsToReplies)
      throws Exception {
    return HeadService.start(spark, name, LONG, requestsToReplies);
  }

  private static boolean echoes(String body, RawResponse response) {
    return response.status() == 200 && response.text().equals(body);
  }

  private static void assertEchoed(HeadService service, int connections, int requests)
      throws InterruptedException {
    LoadReport report =
        service.load(
            connections, requests, number -> "body" + number, HeadClusterBatchEndTest::echoes);
    assertThat(report.isAll(200)).as("%s", report).isTrue();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(service.openExchanges()).isZero());
  }

  @Test
  void tasksTakeWhatWaitsTogether() throws Exception {
    try (HeadService service = start("together", HeadPipelines::echo);
        CountingPeer counting = CountingPeer.before(service.service().serverId())) {
      assertEchoed(service, 64, 4_000);
      System.out.printf("4,000 requests by these messages: %s%n", counting.received());
      assertThat(counting.received())
          .hasEntrySatisfying(
              MoreRequests.PATH, polls -> assertThat(polls.messages()).isLessThan(4_000));
    }
  }

  @Test
  void aRowThatFailsHarmsNoOther() throws Exception {
    try (HeadService service =
        start("poison", requests -> Poison.swallow(HeadPipelines.text(requests)))) {
      Poison.assertOnlyPoisonFails(service, 16, 600);
    }
  }

  @Test
  void anExecutorThatIsKilledCostsNobodyTheAnswer() throws Exception {
    try (HeadService service = start("killing", HeadClusterBatchEndTest::executorAndText)) {
      String victim = service.post("who").text().split(" ", 2)[0];
      ProcessHandle process =
          ProcessHandle.of(Long.parseLong(victim.substring(victim.indexOf(':') + 1))).orElseThrow();
      LoadReport report =
          service.load(
              16,
              2_000,
              number -> {
                if (number == 700) {
                  process.destroyForcibly();
                }
                return Integer.toString(number);
              },
              (body, response) -> response.status() == 200 && response.text().endsWith(" " + body));

      assertThat(process.isAlive()).isFalse();
      assertThat(report.isAll(200)).as("%s", report).isTrue();
      assertThat(service.query().isActive()).isTrue();
    }
  }

  private static Dataset<Row> executorAndText(Dataset<Row> requests) {
    UserDefinedFunction executor =
        udf((UDF0<String>) ExecutorCluster::executor, DataTypes.StringType).asNondeterministic();
    return Serving.makeReply(
        HeadPipelines.text(requests)
            .withColumn("value", concat_ws(" ", executor.apply(), col("value"))),
        "value");
  }

  @Test
  void rowsThatComeToNothingAreAnsweredThoughTheBatchGoesOn() throws Exception {
    assertDroppedAreAnswered(
        "dropping",
        requests ->
            Serving.makeReply(
                HeadPipelines.text(requests).filter(col("value").notEqual("drop")), "value"));
  }

  @Test
  void rowsThatComeToNothingBehindAFunctionAreToo() throws Exception {
    assertDroppedAreAnswered(
        "filtered",
        requests -> {
          Dataset<Row> staged =
              Serving.withFunction(
                  HeadPipelines.text(requests),
                  "same",
                  rows -> rows.stream().map(row -> row.getString(0)).toList(),
                  DataTypes.StringType,
                  col("value"));
          return Serving.makeReply(staged.filter(col("same").notEqual("drop")), "same");
        });
  }

  private static void assertDroppedAreAnswered(
      String name, UnaryOperator<Dataset<Row>> requestsToReplies) throws Exception {
    try (HeadService service = start(name, requestsToReplies)) {
      LoadReport report =
          service.load(
              8,
              120,
              number -> number % 3 == 0 ? "drop" : "keep" + number,
              (body, response) ->
                  body.equals("drop") ? response.status() == 500 : echoes(body, response));
      assertThat(report.mismatches()).as("%s", report).isZero();
      assertThat(report.errors()).as("%s", report).isZero();
    }
  }

  @Test
  void aBatchWhoseRepliesComeBehindAShuffleDoesNotGoOn() throws Exception {
    try (HeadService service = start("shuffled", HeadPipelines::echoRepartitioned)) {
      assertEchoed(service, 4, 20);
    }
  }

  @Test
  void aJobOfOthersBeginsThoughABatchCouldGoOn() throws Exception {
    try (HeadService service = start("loaded", HeadPipelines::echo)) {
      CompletableFuture<LoadReport> load = inBackground(service, 16, 3_000);
      await().atMost(Duration.ofMinutes(1)).until(() -> service.counters().replied() > 500);
      assertThat(spark.range(0, 100, 1, 4).count()).isEqualTo(100);
      assertThat(load.get(4, TimeUnit.MINUTES).isAll(200)).isTrue();
    }
  }

  @Test
  void stopAnswersWhatIsUnderWay() throws Exception {
    HeadService service = start("stopping", HeadPipelines::echo);
    CompletableFuture<LoadReport> load = inBackground(service, 16, 20_000);
    await().atMost(Duration.ofMinutes(1)).until(() -> service.counters().replied() > 500);

    service.close();

    assertThat(service.query().isActive()).isFalse();
    LoadReport report = load.get(2, TimeUnit.MINUTES);
    // No 500, no 504, nothing of another: what was not answered is a 503, or found the port closed.
    assertThat(report.byStatus()).containsKey(200);
    assertThat(report.byStatus().keySet()).isSubsetOf(200, 503);
    assertThat(report.mismatches()).isEqualTo(report.byStatus().getOrDefault(503, 0));
  }

  @Test
  void aQueryThatTakesOverGetsTheRequests() throws Exception {
    try (HeadService first = start("taken", requests -> says(requests, "first"))) {
      CompletableFuture<LoadReport> load = inBackground(first, 8, 3_000);
      await().atMost(Duration.ofMinutes(1)).until(() -> first.counters().replied() > 300);
      try (HeadService second = start("taken", requests -> says(requests, "second"))) {
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> second.post("who").text().equals("second"));
        LoadReport report = load.get(4, TimeUnit.MINUTES);
        assertThat(report.byStatus()).as("%s", report).isEqualTo(Map.of(200, 3_000));
        assertThat(report.errors()).as("%s", report).isZero();
      }
    }
  }

  private static Dataset<Row> says(Dataset<Row> requests, String text) {
    return Serving.makeReply(HeadPipelines.text(requests).withColumn("value", lit(text)), "value");
  }

  private static CompletableFuture<LoadReport> inBackground(
      HeadService service, int connections, int requests) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return service.load(
                connections, requests, number -> "body" + number, HeadClusterBatchEndTest::echoes);
          } catch (InterruptedException e) {
            throw new CompletionException(e);
          }
        });
  }
}
