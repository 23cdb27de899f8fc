package io.sparkserving.continuous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.SparkSessions;
import io.sparkserving.testing.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("everything")
@Tag("long")
class ContinuousLoadTest {
  private static final int REQUESTS = Volume.of(10_000);
  private static final int CONNECTIONS = 64;
  private static final Map<String, String> PARTITIONS = Map.of("numPartitions", "4");

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
  void everyOneOfManyRequestsGetsItsOwnReply(Mode mode) throws Exception {
    String name = mode.service("load");
    StreamingQuery query =
        ContinuousService.writer(spark, mode, name, 0, PARTITIONS, ContinuousService::echo).start();
    ContinuousService service = ContinuousService.of(mode, name);
    try {
      LoadReport report =
          service.load(
              CONNECTIONS,
              REQUESTS,
              (number, response) -> response.text().equals("request-" + number));

      System.out.printf("%s: %.0f requests/s%n", name, report.requestsPerSecond());
      assertThat(report.isAll(200)).as("%s", report).isTrue();
      assertThat(service.service().openExchanges()).isZero();
      assertThat(service.service().leases().held(Long.MAX_VALUE)).isZero();
      assertThat(service.service().counters().dropped()).isZero();
      assertThat(query.isActive()).isTrue();
    } finally {
      query.stop();
    }
  }

  @ParameterizedTest
  @EnumSource
  void stopAnswersWhatIsInFlightAndReturnsSoon(Mode mode) throws Exception {
    String name = mode.service("stop");
    StreamingQuery query =
        ContinuousService.writer(
                spark,
                mode,
                name,
                0,
                Map.of("numPartitions", "4", "noReplyStatus", "0"),
                ContinuousLoadTest::dropped)
            .start();
    ContinuousService service = ContinuousService.of(mode, name);
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> inFlight = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        inFlight.add(clients.submit(() -> service.post("held").status()));
      }
      await().until(() -> service.service().openExchanges() == 8);

      query.stop();

      // A stop that waited for them would leave them to the time-out, with 504.
      for (Future<Integer> status : inFlight) {
        assertThat(status.get(10, TimeUnit.SECONDS)).isEqualTo(503);
      }
    } finally {
      clients.shutdownNow();
      query.stop();
    }
  }

  /** Nobody gets a reply, and with a status of 0 nobody is told so either. */
  private static Dataset<org.apache.spark.sql.Row> dropped(
      Dataset<org.apache.spark.sql.Row> requests) {
    return ContinuousService.echo(requests).filter(functions.col("value").notEqual("held"));
  }
}
