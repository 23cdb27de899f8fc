package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How long a batch takes requests whose tasks run in executors. Batches may be longer here than a
 * client waits, so that one that goes on while it should not leaves requests without an answer.
 */
@Tag("everything")
@Timeout(240)
class HeadClusterBatchLengthTest {
  private static final String LONG = "10min";
  private static final int REQUESTS = 60;

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() throws Exception {
    spark = ExecutorCluster.start(2, 2, Map.of());
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  private static HeadService start(
      String name, String batchLength, UnaryOperator<Dataset<Row>> requestsToReplies)
      throws Exception {
    return HeadService.start(spark, name, Map.of("batchLength", batchLength), requestsToReplies);
  }

  @Test
  void aBatchAnswersOneRequestOfAConnectionAfterAnother() throws Exception {
    assertThat(batchesForRequestsInARow("lasting", LONG, HeadPipelines::echo))
        .isLessThan(REQUESTS / 2);
  }

  @Test
  void aBatchWithAFunctionDoesSoToo() throws Exception {
    assertThat(batchesForRequestsInARow("staged", LONG, HeadClusterBatchLengthTest::staged))
        .isLessThan(REQUESTS / 2);
  }

  @Test
  void aBatchOfNoLengthTakesWhatWaitsWhenItBegins() throws Exception {
    assertThat(batchesForRequestsInARow("lengthless", "0ms", HeadPipelines::echo))
        .isGreaterThanOrEqualTo(REQUESTS);
  }

  private static long batchesForRequestsInARow(
      String name, String batchLength, UnaryOperator<Dataset<Row>> requestsToReplies)
      throws Exception {
    try (HeadService service = start(name, batchLength, requestsToReplies);
        RawHttp http = RawHttp.connect(service.port())) {
      http.readTimeout(Duration.ofSeconds(60));
      for (int i = 0; i < REQUESTS; i++) {
        String body = name + i;
        assertThat(http.call(RawRequest.post("/" + name, body)).text()).isEqualTo(body);
      }
      service.query().processAllAvailable();
      // The first one's id is 0.
      return service.query().lastProgress().batchId() + 1;
    }
  }

  private static Dataset<Row> staged(Dataset<Row> requests) {
    return Serving.makeReply(
        Serving.withFunction(
            HeadPipelines.text(requests),
            "same",
            rows -> rows.stream().map(row -> row.getString(0)).toList(),
            DataTypes.StringType,
            col("value")),
        "same");
  }
}
