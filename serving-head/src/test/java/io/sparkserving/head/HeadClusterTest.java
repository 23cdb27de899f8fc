package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.ServingFunctions;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

/** The head service with its tasks in executor JVMs, so that every reply crosses JVMs. */
@Tag("everything")
class HeadClusterTest {

  private static final HeadService.Check SAME_TEXT =
      (body, response) -> response.status() == 200 && response.text().equals(body);

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() throws Exception {
    spark = ExecutorCluster.start(2);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void aServiceAnswersAndRefusesWhatDoesNotParse() throws Exception {
    try (HeadService service = HeadService.start(spark, "hello", HeadPipelines::fooLength)) {
      List<RawResponse> responses =
          service.postAll(List.of("{\"foo\":\"hello\",\"bar\":1}", "not json", "{\"foo\":\"\"}"));

      assertThat(responses).extracting(RawResponse::status).containsExactly(200, 400, 200);
      assertThat(responses.get(0).text()).isEqualTo("{\"fooLength\":5}");
      assertThat(responses.get(1).header("Content-Type")).contains("application/problem+json");
      assertThat(responses.get(1).text()).contains("not json");
      assertThat(responses.get(2).text()).isEqualTo("{\"fooLength\":0}");
    }
  }

  @Test
  void thousandsOfRequestsGetTheirOwnReplies() throws Exception {
    try (HeadService service = HeadService.start(spark, "load", HeadPipelines::echo)) {
      LoadReport report = service.load(64, 3_000, number -> "body-" + number, SAME_TEXT);

      assertThat(report.isAll(200)).as("%s", report).isTrue();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(service.openExchanges()).isZero());
      System.out.printf(
          "3,000 requests on 2 executors: %.0f requests/s%n", report.requestsPerSecond());
    }
  }

  @Test
  void rowsAreComputedOnBothExecutors() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark, "executors", requests -> executorAndText(HeadPipelines.text(requests)))) {
      Set<String> executors = ConcurrentHashMap.newKeySet();
      LoadReport report =
          service.load(
              16,
              100,
              Integer::toString,
              (body, response) -> {
                String[] parts = response.text().split(" ", 2);
                executors.add(parts[0]);
                return parts.length == 2 && parts[1].equals(body);
              });

      assertThat(report.isAll(200)).as("%s", report).isTrue();
      assertThat(executors)
          .hasSize(2)
          .noneMatch(executor -> pid(executor) == ProcessHandle.current().pid());
    }
  }

  @Test
  void rowsMayBeRepartitioned() throws Exception {
    try (HeadService service =
        HeadService.start(spark, "repartition", HeadPipelines::echoRepartitioned)) {
      LoadReport report = service.load(16, 200, number -> "body-" + number, SAME_TEXT);

      assertThat(report.isAll(200)).as("%s", report).isTrue();
    }
  }

  @Test
  void aReplySentFromAnExecutorComesBeforeTheRowsOwn() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark,
            "early",
            requests ->
                Serving.makeReply(
                    HeadPipelines.text(requests)
                        .filter(
                            ServingFunctions.sendReply(
                                    "early",
                                    ServingFunctions.stringToResponse(
                                        lit("early"), 202, "Accepted"),
                                    col("id"))
                                .isNotNull()),
                    "value"))) {
      RawResponse response = service.post("late");

      assertThat(response.status()).isEqualTo(202);
      assertThat(response.text()).isEqualTo("early");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(service.counters().dropped()).isEqualTo(1));
    }
  }

  @Test
  void onlyPoisonousRequestsFail() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark, "poison", requests -> Poison.swallow(HeadPipelines.text(requests)))) {
      Poison.assertOnlyPoisonFails(service, 64, 1_000);
    }
  }

  @Test
  void aMessageWithAWrongSecretIsRefusedAndChangesNothing() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark,
            "secret",
            Map.of("noReplyStatus", "0", "requestTimeout", "20s"),
            HeadClusterTest::idUnlessHeld)) {
      String[] id = service.post("tell").text().split(" ", 2);
      Future<RawResponse> held = service.postInBackground(List.of("hold")).get(0);
      await().atMost(Duration.ofSeconds(30)).until(() -> service.openExchanges() == 1);
      ForeignMessage forged =
          ForeignMessage.reply(id[0], Long.parseLong(id[1]) + 1, "from the channel");

      assertThat(forged.sendWithSecret("0".repeat(64))).isEqualTo(403);
      assertThat(forged.sendWithSecret("")).isEqualTo(403);
      assertThat(forged.sendWithoutSecret()).isEqualTo(403);
      assertThat(service.openExchanges()).isEqualTo(1);
      assertThat(service.counters().answered()).isEqualTo(1);
      assertThat(service.counters().dropped()).isZero();

      String secret = service.service().secret().reveal();
      assertThat(forged.to("nobody").sendWithSecret(secret)).isEqualTo(403);
      assertThat(held.isDone()).isFalse();
      // With the right secret the very same message is a reply: the refusals were for the secret.
      assertThat(forged.sendWithSecret(secret)).isEqualTo(200);
      assertThat(held.get(30, TimeUnit.SECONDS).text()).isEqualTo("from the channel");
    }
  }

  @Test
  void theServiceGoesOnWhenAnExecutorIsKilled() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark, "killing", requests -> executorAndText(HeadPipelines.text(requests)))) {
      String victim = service.post("who").text().split(" ", 2)[0];
      ProcessHandle process = ProcessHandle.of(pid(victim)).orElseThrow();
      LoadReport report =
          service.load(
              16,
              1_000,
              number -> {
                if (number == 250) {
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

  private static Dataset<Row> executorAndText(Dataset<Row> text) {
    UserDefinedFunction executor =
        udf((UDF0<String>) ExecutorCluster::executor, DataTypes.StringType).asNondeterministic();
    return Serving.makeReply(
        text.withColumn("value", concat_ws(" ", executor.apply(), col("value"))), "value");
  }

  private static Dataset<Row> idUnlessHeld(Dataset<Row> requests) {
    return Serving.makeReply(
        HeadPipelines.text(requests)
            .filter(not(col("value").equalTo("hold")))
            .withColumn("value", concat_ws(" ", col("id.originatingService"), col("id.requestId"))),
        "value");
  }

  private static long pid(String executor) {
    return Long.parseLong(executor.substring(executor.indexOf(':') + 1));
  }
}
