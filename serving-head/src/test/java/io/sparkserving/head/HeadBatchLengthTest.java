package io.sparkserving.head;

import static java.util.Objects.requireNonNull;
import static org.apache.spark.sql.functions.call_udf;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.exchange.ExchangeQueue;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
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

  private static final int CLIENTS = 4;

  /** How many requests the function works on, which tasks have no other way to reach. */
  private static final AtomicInteger AT_A_TIME = new AtomicInteger();

  private static final AtomicInteger MOST_AT_A_TIME = new AtomicInteger();

  private static final AtomicInteger FUNCTIONS_AT_WORK = new AtomicInteger();
  private static final AtomicInteger MOST_FUNCTIONS_AT_WORK = new AtomicInteger();

  /** Where requests wait for the function; set once several clients are to call. */
  private static final AtomicReference<ExchangeQueue> WAITING = new AtomicReference<>();

  private static final String ALONE = "alone";

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
    assertThat(batchesForRequestsInARow("lasting", LONG)).isLessThan(REQUESTS);
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
    spark
        .udf()
        .register(
            "slowly", (UDF1<String, String>) HeadBatchLengthTest::slowly, DataTypes.StringType);
    UnaryOperator<Dataset<Row>> slow =
        requests ->
            Serving.makeReply(
                HeadPipelines.text(requests).withColumn("value", call_udf("slowly", col("value"))),
                "value");
    try (HeadService service = start("slow", LONG, slow);
        RawHttp first = RawHttp.connect(service.port())) {
      assertThat(first.call(RawRequest.post("/slow", ALONE)).text()).isEqualTo(ALONE);
      WAITING.set(service.service().queue());
      callFromSeveral(service, () -> MOST_AT_A_TIME.get() > 1);
    }
  }

  /** A request that is not alone takes until others wait for it, or are worked on beside it. */
  private static String slowly(String body) {
    if (body.equals(ALONE)) {
      return body;
    }
    MOST_AT_A_TIME.accumulateAndGet(AT_A_TIME.incrementAndGet(), Math::max);
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> MOST_AT_A_TIME.get() > 1 || requireNonNull(WAITING.get()).size() > 0);
    AT_A_TIME.decrementAndGet();
    return body;
  }

  /** A batch that begins with one request is not to have one task for as long as it may last. */
  @Test
  void moreTasksComeWhenRequestsWaitForAFunction() throws Exception {
    UnaryOperator<Dataset<Row>> slow =
        requests ->
            Serving.makeReply(
                Serving.withFunction(
                    HeadPipelines.text(requests),
                    "same",
                    HeadBatchLengthTest::untilTwoAreAtWork,
                    DataTypes.StringType,
                    col("value")),
                "same");
    try (HeadService service = start("staged", LONG, slow);
        RawHttp first = RawHttp.connect(service.port())) {
      assertThat(first.call(RawRequest.post("/staged", ALONE)).text()).isEqualTo(ALONE);
      callFromSeveral(service, () -> MOST_FUNCTIONS_AT_WORK.get() > 1);
    }
  }

  /** Takes a while where it is alone, so that others come meanwhile. */
  private static List<?> untilTwoAreAtWork(List<Row> rows) throws InterruptedException {
    MOST_FUNCTIONS_AT_WORK.accumulateAndGet(FUNCTIONS_AT_WORK.incrementAndGet(), Math::max);
    if (MOST_FUNCTIONS_AT_WORK.get() == 1) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    FUNCTIONS_AT_WORK.decrementAndGet();
    return rows.stream().map(row -> row.getString(0)).toList();
  }

  @Test
  void aTaskThatReadsSeveralPartitionsDoesNotGoOnWithTheFirst() throws Exception {
    try (HeadService service =
        start("coalesced", LONG, requests -> HeadPipelines.echo(requests.coalesce(1)))) {
      callFromSeveral(service, () -> true);
    }
  }

  /** Each goes on calling until all have been answered for a while, and what is asked for holds. */
  private static void callFromSeveral(HeadService service, BooleanSupplier enough)
      throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    CountDownLatch left = new CountDownLatch(CLIENTS);
    Callable<Integer> calling =
        () -> {
          int calls = 0;
          try (RawHttp http = RawHttp.connect(service.port())) {
            while (left.getCount() > 0 || !enough.getAsBoolean()) {
              String body = Thread.currentThread().getName() + calls++;
              RawResponse response = http.call(RawRequest.post("/" + service.name(), body));
              assertThat(response.text()).isEqualTo(body);
              if (calls == REQUESTS) {
                left.countDown();
              }
            }
          }
          return calls;
        };
    try {
      for (Future<Integer> called :
          clients.invokeAll(Collections.nCopies(CLIENTS, calling), 40, TimeUnit.SECONDS)) {
        assertThat(called.get()).isGreaterThanOrEqualTo(REQUESTS);
      }
    } finally {
      clients.shutdownNow();
    }
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
