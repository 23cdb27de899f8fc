package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeadFailureTest {

  private static final String WITH_RETRIES = "local[2,4]";
  private static final String WITHOUT_RETRIES = "local[2]";

  private static CountDownLatch held = new CountDownLatch(1);
  private static CountDownLatch released = new CountDownLatch(1);

  @BeforeEach
  void closeLatchesAgain() {
    held = new CountDownLatch(1);
    released = new CountDownLatch(1);
  }

  @Test
  void onlyPoisonousRequestsFailWhereTasksAreRetried() throws Exception {
    try (SparkSession spark = SparkSessions.start(WITH_RETRIES);
        HeadService service =
            HeadService.start(
                spark, "poison", requests -> Poison.swallow(HeadPipelines.text(requests)))) {
      Poison.assertOnlyPoisonFails(service, 64, 5_000);
    }
  }

  @Test
  void severalPoisonousRequestsInOneBatchDoNotEndTheQuery() throws Exception {
    try (SparkSession spark = SparkSessions.start(WITH_RETRIES);
        HeadService service =
            HeadService.start(
                spark,
                "many-poisons",
                Map.of("numPartitions", "1"),
                requests -> Poison.swallow(holding(HeadPipelines.text(requests))))) {
      List<String> bodies =
          IntStream.range(0, 20)
              .mapToObj(number -> (number % 2 == 0 ? "good-" : "poison-") + number)
              .toList();
      List<Future<RawResponse>> batch = sendAsOneBatch(service, bodies);

      for (int i = 0; i < bodies.size(); i++) {
        RawResponse response = batch.get(i).get(60, TimeUnit.SECONDS);
        assertThat(response.status()).as(bodies.get(i)).isEqualTo(i % 2 == 0 ? 200 : 500);
      }
      assertThat(service.query().isActive()).isTrue();
    }
  }

  /** A task that reads shuffle files cannot tell which request it fails on. */
  @Test
  void poisonAfterAShuffleEndsTheQueryAndLeavesNothingUnanswered() throws Exception {
    try (SparkSession spark = SparkSessions.start(WITH_RETRIES)) {
      HeadService service =
          startWithoutRestarts(
              spark,
              "shuffled",
              requests ->
                  Poison.swallow(
                      holding(HeadPipelines.text(requests)).repartition(2, col("value"))));
      List<Future<RawResponse>> batch =
          sendAsOneBatch(service, List.of("poison-1", "good-2", "good-3"));

      assertQueryEnds(service);
      assertServesAgain(spark, service);
      assertIsStopped(batch.get(0).get(30, TimeUnit.SECONDS));
      for (Future<RawResponse> good : batch.subList(1, 3)) {
        assertThat(good.get(30, TimeUnit.SECONDS).status()).isIn(200, 503);
      }
    }
  }

  @Test
  void withoutRetriesTheQueryEndsAndLeavesNothingUnanswered() throws Exception {
    try (SparkSession spark = SparkSessions.start(WITHOUT_RETRIES)) {
      HeadService service = startWithoutRestarts(spark, "ending", HeadFailureTest::heldThenFailing);
      List<Future<RawResponse>> inFlight =
          new ArrayList<>(service.postInBackground(List.of("poison")));
      assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
      List<String> waiting = IntStream.range(0, 10).mapToObj(i -> "waiting-" + i).toList();
      inFlight.addAll(service.postInBackground(waiting));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.openExchanges() == 1 + waiting.size());

      released.countDown();

      assertQueryEnds(service);
      assertServesAgain(spark, service);
      for (Future<RawResponse> response : inFlight) {
        assertIsStopped(response.get(30, TimeUnit.SECONDS));
      }
    }
  }

  private static HeadService startWithoutRestarts(
      SparkSession spark, String name, UnaryOperator<Dataset<Row>> requestsToReplies)
      throws TimeoutException {
    Dataset<Row> requests = Serving.readStream(spark).server().address("localhost", 0, name).load();
    return HeadService.of(
        name,
        Serving.writeStream(requestsToReplies.apply(requests))
            .server()
            .replyTo(name)
            .option("maxRestarts", 0)
            .start());
  }

  /** Keeps the query busy with a request of its own until all of these wait. */
  private static List<Future<RawResponse>> sendAsOneBatch(HeadService service, List<String> bodies)
      throws Exception {
    Future<RawResponse> hold = service.postInBackground(List.of("hold")).get(0);
    assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
    List<Future<RawResponse>> batch = service.postInBackground(bodies);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> service.openExchanges() == 1 + bodies.size());
    released.countDown();
    assertThat(hold.get(60, TimeUnit.SECONDS).text()).isEqualTo("hold");
    return batch;
  }

  private static void assertQueryEnds(HeadService service) {
    assertThatThrownBy(() -> service.query().awaitTermination(120_000))
        .isInstanceOf(StreamingQueryException.class)
        .hasStackTraceContaining("Cannot swallow poison");
  }

  /** Name and port have to be free by now, with no waiting. */
  private static void assertServesAgain(SparkSession spark, HeadService ended) throws Exception {
    Map<String, String> samePort = Map.of("port", Integer.toString(ended.port()));
    try (HeadService next = HeadService.start(spark, ended.name(), samePort, HeadPipelines::echo)) {
      assertThat(next.port()).isEqualTo(ended.port());
      assertThat(next.post("served again").text()).isEqualTo("served again");
    }
  }

  private static void assertIsStopped(RawResponse response) {
    assertThat(response.status()).as("%s", response).isEqualTo(503);
    assertThat(response.header("Retry-After")).isPresent();
    assertThat(response.header("Content-Type")).contains("application/problem+json");
  }

  private static Dataset<Row> heldThenFailing(Dataset<Row> requests) {
    UserDefinedFunction waitThenFail =
        udf((UDF1<String, String>) HeadFailureTest::waitThenFail, DataTypes.StringType);
    return Serving.makeReply(
        HeadPipelines.text(requests).withColumn("value", waitThenFail.apply(col("value"))),
        "value");
  }

  private static String waitThenFail(String text) throws InterruptedException {
    held.countDown();
    if (!released.await(120, TimeUnit.SECONDS)) {
      throw new IllegalStateException("Missing release of " + text);
    }
    throw new IllegalStateException("Cannot swallow " + text);
  }

  /** The request "hold" keeps its batch busy until released, so that others gather for the next. */
  private static Dataset<Row> holding(Dataset<Row> text) {
    UserDefinedFunction hold =
        udf((UDF1<String, String>) HeadFailureTest::hold, DataTypes.StringType)
            .asNondeterministic();
    return text.withColumn("value", hold.apply(col("value")));
  }

  private static String hold(String text) throws InterruptedException {
    if (text.equals("hold")) {
      held.countDown();
      if (!released.await(120, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Missing release of " + text);
      }
    }
    return text;
  }
}
