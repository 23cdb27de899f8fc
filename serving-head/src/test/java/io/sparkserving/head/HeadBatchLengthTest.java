package io.sparkserving.head;

import static org.apache.spark.sql.functions.call_udf;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How long a batch takes requests. Batches may be longer here than a client waits, so that one that
 * goes on while it should not leaves requests without an answer.
 */
class HeadBatchLengthTest {
  private static final String LONG = "10min";
  private static final int REQUESTS = 60;

  /** Where a request waits for another one, in another task. */
  private static final CyclicBarrier PAIR = new CyclicBarrier(2);

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[4]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  private static HeadService start(
      String name, String batchLength, UnaryOperator<Dataset<Row>> requestsToReplies)
      throws Exception {
    return HeadService.start(
        spark, name, Map.of("batchLength", batchLength, "numPartitions", "4"), requestsToReplies);
  }

  @Test
  void oneBatchAnswersOneRequestAfterAnother() throws Exception {
    assertThat(batchesForRequestsInARow("lasting", LONG)).isLessThan(REQUESTS / 2);
  }

  @Test
  void aBatchOfNoLengthTakesWhatWaitsWhenItBegins() throws Exception {
    assertThat(batchesForRequestsInARow("lengthless", "0ms")).isGreaterThanOrEqualTo(REQUESTS);
  }

  private static long batchesForRequestsInARow(String name, String batchLength) throws Exception {
    try (HeadService service = start(name, batchLength, HeadPipelines::echo);
        RawHttp http = RawHttp.connect(service.port())) {
      for (int i = 0; i < REQUESTS; i++) {
        String body = name + i;
        assertThat(http.call(RawRequest.post("/" + name, body)).text()).isEqualTo(body);
      }
      service.query().processAllAvailable();
      // The first one's id is 0.
      return service.query().lastProgress().batchId() + 1;
    }
  }

  @Test
  void moreTasksComeWhenRequestsWaitForThem() throws Exception {
    UDF1<String, String> meet =
        body -> {
          if (!body.isEmpty()) {
            PAIR.await(60, TimeUnit.SECONDS);
          }
          return body;
        };
    spark.udf().register("meet", meet, DataTypes.StringType);
    UnaryOperator<Dataset<Row>> meeting =
        requests ->
            Serving.makeReply(
                HeadPipelines.text(requests).withColumn("value", call_udf("meet", col("value"))),
                "value");
    try (HeadService service = start("meeting", LONG, meeting)) {
      LoadReport report =
          service.load(8, 200, number -> "meet" + number, HeadBatchLengthTest::echoes);
      assertThat(report.isAll(200)).as("%s", report).isTrue();
    }
  }

  @Test
  void aTaskThatReadsSeveralPartitionsDoesNotGoOnWithTheFirst() throws Exception {
    assertAllAnswered("coalesced", requests -> HeadPipelines.echo(requests.coalesce(1)));
  }

  @Test
  void aBatchWhoseRepliesComeBehindAShuffleDoesNotGoOn() throws Exception {
    assertAllAnswered("shuffled", HeadPipelines::echoRepartitioned);
  }

  @Test
  void aBatchThatDropsRowsDoesNotGoOn() throws Exception {
    try (HeadService service =
        start(
            "dropping",
            LONG,
            requests ->
                Serving.makeReply(
                    HeadPipelines.text(requests).filter(col("value").notEqual("drop")), "value"))) {
      LoadReport report =
          service.load(
              8,
              REQUESTS,
              number -> number % 3 == 0 ? "drop" : "keep" + number,
              (body, response) ->
                  body.equals("drop") ? response.status() == 500 : echoes(body, response));
      assertThat(report.mismatches()).as("%s", report).isZero();
      assertThat(report.errors()).as("%s", report).isZero();
    }
  }

  private static void assertAllAnswered(String name, UnaryOperator<Dataset<Row>> replies)
      throws Exception {
    try (HeadService service = start(name, LONG, replies)) {
      LoadReport report =
          service.load(8, REQUESTS, number -> "body" + number, HeadBatchLengthTest::echoes);
      assertThat(report.isAll(200)).as("%s", report).isTrue();
    }
  }

  private static boolean echoes(String body, RawResponse response) {
    return response.status() == 200 && response.text().equals(body);
  }
}
