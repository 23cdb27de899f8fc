package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.testing.DriverProcess;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadRestartTest {

  private static final List<Integer> PARTITIONS = List.of(2, 2, 1, 5, 3);

  private static final CountDownLatch BEGUN = new CountDownLatch(1);

  private static SparkSession spark;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path folder;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[2]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void aServiceStartsFiveTimesOnItsPortAndCheckpoint() throws Exception {
    int port = freePort();
    for (int run = 0; run < PARTITIONS.size(); run++) {
      Dataset<Row> replies = HeadPipelines.echo(requests("restarted", port, PARTITIONS.get(run)));
      try (HeadService service = start("restarted", replies, "append")) {
        assertThat(service.port()).isEqualTo(port);
        for (String body : List.of("first of run " + run, "second of run " + run)) {
          RawResponse response = service.post(body);
          assertThat(response.status()).as("%s", response).isEqualTo(200);
          assertThat(response.text()).isEqualTo(body);
        }
      }
    }
  }

  @Test
  void aQuerysOwnStateGoesOnFromItsCheckpoint() throws Exception {
    int port = freePort();
    for (int run = 0; run < PARTITIONS.size(); run++) {
      Dataset<Row> replies =
          HeadPipelines.runningCount(requests("remembering", port, PARTITIONS.get(run)));
      try (HeadService service = start("remembering", replies, "update")) {
        RunningCounts.assertRunOn(2 * run, RunningCounts.ask(service, 2, "red").get(0));
        // Answers leave while their batch runs; state is kept once the batch is done.
        service.query().processAllAvailable();
      }
    }
  }

  @Test
  @Tag("everything")
  void aServiceStartsOnTheCheckpointOfAKilledDriver() throws Exception {
    int port = freePort();
    for (int run = 0; run < 2; run++) {
      killWhileABatchRuns(port, "run " + run);
    }
    Dataset<Row> replies = HeadPipelines.echo(requests(HeldDriver.NAME, port, 3));
    try (HeadService service = start(HeldDriver.NAME, replies, "append")) {
      assertThat(service.post("after the kill").text()).isEqualTo("after the kill");
      assertThat(service.counters().withoutReply()).isZero();
    }
  }

  @Test
  @Tag("everything")
  void aDriverToldToEndAnswersWhatIsInFlight() throws Exception {
    int port = freePort();
    try (DriverProcess driver =
            DriverProcess.start(folder, HeldDriver.class, Integer.toString(port), checkpoint());
        RawHttp holder = connectOnce(driver, port)) {
      holder.send(request("hold"));
      driver.awaitLine(HeldDriver.HOLDING);
      assertThat(driver.terminate()).isEqualTo(143);
      assertThat(holder.read().status()).isEqualTo(503);
      assertThat(driver.read().lines().filter(line -> line.contains("ERROR")))
          .as("%s", driver.read())
          .isEmpty();
    }
  }

  @Test
  @Tag("everything")
  void aDriverToldToEndWhileItsQueryIsToRestartAnswersWhatWaits() throws Exception {
    int port = freePort();
    try (DriverProcess driver =
            DriverProcess.start(folder, HeldDriver.class, Integer.toString(port), checkpoint());
        RawHttp failing = connectOnce(driver, port);
        RawHttp probe = RawHttp.connect(port);
        RawHttp waiting = RawHttp.connect(port)) {
      assertThat(failing.call(request("before")).text()).isEqualTo("before");
      // Spark tries no task twice here, so two runs fail on it.
      failing.send(request("fail"));
      await()
          .atMost(Duration.ofMinutes(1))
          .during(Duration.ofSeconds(2))
          .until(() -> probe.call(RawRequest.get("/readyz")).status() == 503);
      waiting.send(request("waiting"));
      assertThat(probe.call(RawRequest.get("/livez")).status()).isEqualTo(200);
      assertThat(driver.terminate()).isEqualTo(143);
      assertThat(failing.read().status()).isEqualTo(503);
      assertThat(waiting.read().status()).isEqualTo(503);
    }
  }

  @Test
  void stopFinishesWhatIsInFlight() throws Exception {
    Dataset<Row> text = HeadPipelines.text(requests("finished", 0, 1));
    Dataset<Row> slow =
        text.withColumn(
            "value",
            udf((UDF1<String, String>) HeadRestartTest::slowly, DataTypes.StringType)
                .apply(col("value")));
    StreamingQuery query =
        Serving.writeStream(Serving.makeReply(slow, "value")).server().replyTo("finished").start();
    int port = Serving.serviceInfo("finished").get(0).port();
    try (RawHttp http = RawHttp.connect(port)) {
      http.send(RawRequest.post("/finished", "in flight"));
      BEGUN.await();
      query.stop();
      RawResponse response = http.read();
      assertThat(response.text()).isEqualTo("in flight");
      assertThat(response.header("Connection")).contains("close");
    }
    assertThat(query.isActive()).isFalse();
    assertThat(spark.streams().active()).isEmpty();
  }

  /** Says that it has begun, and then takes its time. */
  private static String slowly(String text) throws InterruptedException {
    BEGUN.countDown();
    new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
    return text;
  }

  @Test
  @Tag("everything")
  void aDriverThatHasComeToItsEndEnds() throws Exception {
    try (DriverProcess driver = DriverProcess.start(folder, EndingDriver.class)) {
      assertThat(driver.awaitEnd()).as("%s", driver.read()).isZero();
      assertThat(driver.read().lines()).contains("served");
    }
  }

  private void killWhileABatchRuns(int port, String body) throws Exception {
    try (DriverProcess driver =
            DriverProcess.start(folder, HeldDriver.class, Integer.toString(port), checkpoint());
        RawHttp caller = connectOnce(driver, port);
        RawHttp holder = RawHttp.connect(port)) {
      assertThat(caller.call(request(body)).text()).isEqualTo(body);
      holder.send(request("hold"));
      driver.awaitLine(HeldDriver.HOLDING);
      driver.kill();
      assertThat(holder.closedByServer()).isTrue();
    }
  }

  private static RawHttp connectOnce(DriverProcess driver, int port) throws Exception {
    driver.awaitLine(HeldDriver.SERVING);
    return RawHttp.connect(port);
  }

  private static RawRequest request(String body) {
    return RawRequest.post("/" + HeldDriver.NAME, body);
  }

  private static Dataset<Row> requests(String name, int port, int partitions) {
    return Serving.readStream(spark)
        .server()
        .address("localhost", port, name)
        .option("numPartitions", partitions)
        .load();
  }

  private HeadService start(String name, Dataset<Row> replies, String outputMode)
      throws TimeoutException {
    StreamingQuery query =
        Serving.writeStream(replies)
            .server()
            .replyTo(name)
            .outputMode(outputMode)
            .option("checkpointLocation", checkpoint())
            .start();
    return HeadService.of(name, query);
  }

  private String checkpoint() {
    return folder.resolve("checkpoint").toUri().toString();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
