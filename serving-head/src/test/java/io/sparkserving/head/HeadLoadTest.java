package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.SparkSessions;
import io.sparkserving.testing.Volume;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("everything")
@Tag("long")
class HeadLoadTest {

  private static final int CONNECTIONS = 64;
  private static final int FIRST = 5_000;
  private static final int REST = Volume.of(10_000);
  private static final int BODY_BYTES = 10 * 1024;

  /**
   * What Spark itself keeps of past batches, made small: the heap is to show what serving keeps.
   */
  private static final Map<String, String> SHORT_HISTORY =
      Map.of(
          "spark.sql.streaming.numRecentProgressUpdates", "2",
          "spark.ui.retainedJobs", "5",
          "spark.ui.retainedStages", "5",
          "spark.ui.retainedTasks", "10",
          "spark.sql.ui.retainedExecutions", "5",
          "spark.ui.dagGraph.retainedRootRDDs", "5");

  @Test
  void manyRequestsGetTheirOwnRepliesAndNothingIsKeptOfThem() throws Exception {
    try (SparkSession spark = SparkSessions.start("local[2]", SHORT_HISTORY);
        HeadService service = HeadService.start(spark, "load", HeadPipelines::echo)) {
      LoadReport first = load(service, 0, FIRST);
      assertThat(first.isAll(200)).as("%s", first).isTrue();
      assertNothingOpen(service);
      LiveHeap afterFirst = LiveHeap.of(spark.sparkContext());

      LoadReport rest = load(service, FIRST, REST);
      assertThat(rest.isAll(200)).as("%s", rest).isTrue();
      assertNothingOpen(service);
      LiveHeap afterAll = LiveHeap.of(spark.sparkContext());
      long heapAfterFirst = afterFirst.bytes();
      long heapAfterAll = afterAll.bytes();

      System.out.printf(
          "%,d requests of %,d bytes on %d connections: %.0f requests/s, then %.0f requests/s;"
              + " live heap after the first %,d: %.1f MiB, after all: %.1f MiB%n",
          FIRST + REST,
          BODY_BYTES,
          CONNECTIONS,
          first.requestsPerSecond(),
          rest.requestsPerSecond(),
          FIRST,
          heapAfterFirst / 1048576.0,
          heapAfterAll / 1048576.0);
      String grown = afterAll.since(afterFirst);
      assertThat(heapAfterAll).as(grown).isLessThan(heapAfterFirst + heapAfterFirst / 10);
      assertThat(afterAll.objects(HeadLoadTest::isServings))
          .as(grown)
          .isLessThan(afterFirst.objects(HeadLoadTest::isServings) + REST / 100);
      assertThat(service.query().isActive()).isTrue();
    }
  }

  private static LoadReport load(HeadService service, int offset, int requests)
      throws InterruptedException {
    return service.load(
        CONNECTIONS,
        requests,
        number -> uniqueBody(offset + number),
        (body, response) -> response.status() == 200 && response.text().equals(body));
  }

  /** The number again and again, so that no part of one body is part of another of equal length. */
  private static String uniqueBody(int number) {
    String unit = number + ";";
    return unit.repeat(BODY_BYTES / unit.length() + 1).substring(0, BODY_BYTES);
  }

  private static void assertNothingOpen(HeadService service) throws Exception {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(service.openExchanges()).isZero());
    // Spark keeps what a batch began with until the next one is over: here a single request.
    service.query().processAllAvailable();
    assertThat(service.post("last").text()).isEqualTo("last");
    service.query().processAllAvailable();
  }

  /** Ours, but for what has been looked at, and those of the server inside. */
  private static boolean isServings(String name) {
    return name.startsWith("org.eclipse.jetty.")
        || (name.startsWith("io.sparkserving.") && !name.startsWith(LiveHeap.class.getName()));
  }
}
