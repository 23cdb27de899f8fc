package io.sparkserving.continuous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.SparkSessions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("everything")
class TakeoverWithoutCoresTest {

  /** The first query has the only core until it is stopped; requests wait meanwhile. */
  @Test
  void aSuccessorThatFindsNoCoreGetsThatOfItsPredecessor() throws Exception {
    ExecutorService background = Executors.newSingleThreadExecutor();
    try (SparkSession spark = SparkSessions.start("local[1]")) {
      StreamingQuery first = start(spark, "false");
      ContinuousService service = ContinuousService.of(Mode.CONTINUOUS, "one-core");
      Future<LoadReport> load =
          background.submit(
              () ->
                  service.load(
                      8,
                      20_000,
                      (number, response) -> response.text().equals("request-" + number)));

      StreamingQuery second = start(spark, "true");

      await().atMost(Duration.ofSeconds(30)).until(() -> !first.isActive());
      assertThat(load.get(2, TimeUnit.MINUTES).isAll(200)).as("%s", load.get()).isTrue();
      assertThat(service.post("still").text()).isEqualTo("still");
      second.stop();
    } finally {
      background.shutdownNow();
    }
  }

  private static StreamingQuery start(SparkSession spark, String takeover) throws Exception {
    return ContinuousService.writer(
            spark,
            Mode.CONTINUOUS,
            "one-core",
            0,
            Map.of("numPartitions", "1", "takeover", takeover),
            ContinuousService::echo)
        .start();
  }
}
