package io.sparkserving.head;

import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One core, which the tasks of a service under load hold for as long as nobody else wants it. */
@Timeout(120)
class HeadSharedCoreTest {
  private static final Map<String, String> LONG = Map.of("batchLength", "10min");

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[1]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  /** Calls a service without a pause. */
  private static final class Caller extends Thread implements AutoCloseable {
    private static final int ENOUGH = 50;

    private final HeadService service;
    private final CountDownLatch answers = new CountDownLatch(ENOUGH);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean isEnough;

    private Caller(HeadService service) {
      this.service = service;
      start();
    }

    @Override
    public void run() {
      try (RawHttp http = RawHttp.connect(service.port())) {
        while (!isEnough) {
          RawResponse answer = http.call(RawRequest.post("/" + service.name(), "body"));
          assertThat(answer.text()).isEqualTo("body");
          answers.countDown();
        }
      } catch (Throwable e) {
        failure.set(e);
      }
    }

    private void awaitAnswers() throws InterruptedException {
      assertThat(answers.await(30, TimeUnit.SECONDS)).as(service.name()).isTrue();
    }

    @Override
    public void close() throws InterruptedException {
      isEnough = true;
      join();
      assertThat(failure.get()).isNull();
    }
  }

  @Test
  void aJobOfOthersBeginsThoughABatchCouldGoOn() throws Exception {
    try (HeadService service = HeadService.start(spark, "loaded", LONG, HeadPipelines::echo);
        Caller caller = new Caller(service)) {
      caller.awaitAnswers();
      for (int i = 0; i < 3; i++) {
        assertThat(spark.range(10).count()).isEqualTo(10);
      }
    }
  }

  @Test
  void anotherServiceGetsItsShare() throws Exception {
    try (HeadService one = HeadService.start(spark, "one", LONG, HeadPipelines::echo);
        HeadService other = HeadService.start(spark, "other", LONG, HeadPipelines::echo);
        Caller callerOfOne = new Caller(one);
        Caller callerOfOther = new Caller(other)) {
      callerOfOne.awaitAnswers();
      callerOfOther.awaitAnswers();
    }
  }

  @Test
  void requestsThatComeNowAndThenAreOfOneBatch() throws Exception {
    assertThat(valuesInTwoSeconds("unhurried", lit("value"))).containsExactly("value");
    try (HeadService service = HeadService.start(spark, "patient", HeadPipelines::echo);
        RawHttp http = RawHttp.connect(service.port())) {
      for (int i = 0; i < 10; i++) {
        http.call(RawRequest.post("/patient", "body"));
        TimeUnit.MILLISECONDS.sleep(100);
      }
      service.query().processAllAvailable();
      assertThat(service.query().lastProgress().batchId()).isLessThan(5);
    }
  }

  @Test
  void theTimeOfABatchDoesNotStandStill() throws Exception {
    Column time = current_timestamp().cast("string");
    assertThat(valuesInTwoSeconds("timed", time)).hasSizeGreaterThan(3);
    assertThat(valuesInTwoSeconds("timely", HeadSharedCoreTest::sinceEpoch)).hasSizeGreaterThan(3);
  }

  private static Dataset<Row> sinceEpoch(Dataset<Row> requests) {
    return HeadPipelines.text(requests).selectExpr("id", "cast(now() as double) as answer");
  }

  private static Set<String> valuesInTwoSeconds(String name, Column value) throws Exception {
    return valuesInTwoSeconds(
        name, requests -> HeadPipelines.text(requests).withColumn("answer", value));
  }

  private static Set<String> valuesInTwoSeconds(String name, UnaryOperator<Dataset<Row>> answers)
      throws Exception {
    List<String> values = new ArrayList<>();
    try (HeadService service =
            HeadService.start(
                spark, name, requests -> Serving.makeReply(answers.apply(requests), "answer"));
        RawHttp http = RawHttp.connect(service.port())) {
      for (int i = 0; i < 40; i++) {
        values.add(http.call(RawRequest.post("/" + name, "body")).text());
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    return new HashSet<>(values);
  }
}
