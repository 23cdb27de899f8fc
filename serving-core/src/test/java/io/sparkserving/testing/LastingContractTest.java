package io.sparkserving.testing;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.ServiceStanding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every mode owes who starts a query as Spark's users do, and keeps what Spark gives: the
 * query outlives bad requests where Spark tries no task twice, and is to its user one query of
 * Spark's.
 */
public abstract class LastingContractTest extends FaultyCheckpointContractTest {

  protected LastingContractTest(TestedMode mode) {
    super(mode);
  }

  private static Dataset<Row> computing(Dataset<Row> text) {
    Dataset<Row> computed =
        text.withColumn(
            "value",
            expr(
                "CASE WHEN value LIKE 'cast %' THEN CAST(CAST(substring(value, 6) AS INT) AS STRING)"
                    + " WHEN value LIKE 'url %' THEN parse_url(substring(value, 5), 'HOST')"
                    + " ELSE value END"));
    return withValue(computed, FaultyCheckpointContractTest::raise);
  }

  @Test
  void aBadRequestIsAnswered500AndAllOthers200() throws Exception {
    StreamingQuery query =
        writer("lasting", LastingContractTest::computing).queryName("lasting").start();
    int port = port("lasting");
    UUID id = query.id();
    UUID firstRun = query.runId();
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService background = Executors.newSingleThreadExecutor();
    try {
      assertThat(post(port, "lasting", "cast 7").text()).isEqualTo("7");
      Future<List<LoadReport>> others = background.submit(() -> callUntil(done, port));

      for (String bad : List.of("raise", "cast seven", "url http://h/%zz", "raise", "cast x")) {
        assertThat(post(port, "lasting", bad).status()).as(bad).isEqualTo(500);
        assertThat(query.isActive()).isTrue();
        assertThat(query.exception().isEmpty()).isTrue();
        assertThat(post(port, "lasting", "url http://host/good").text()).isEqualTo("host");
      }

      done.set(true);
      assertThat(others.get(2, TimeUnit.MINUTES)).allMatch(report -> report.isAll(200));
      assertThat(query.awaitTermination(1)).isFalse();
      assertThat(query.id()).isEqualTo(id);
      assertThat(query.name()).isEqualTo("lasting");
      await().until(() -> spark().streams().get(id) != null);
      assertThat(query.runId()).isEqualTo(spark().streams().get(id).runId()).isNotEqualTo(firstRun);
    } finally {
      done.set(true);
      background.shutdownNow();
      query.stop();
    }
    query.awaitTermination();
    assertThat(query.isActive()).isFalse();
    assertThat(query.exception().isEmpty()).isTrue();
    assertRefuses(port);
  }

  private static List<LoadReport> callUntil(AtomicBoolean done, int port) throws Exception {
    List<LoadReport> reports = new ArrayList<>();
    while (!done.get()) {
      reports.add(
          new LoadClient(port, 4, 100, Duration.ofMinutes(2))
              .run(
                  number -> RawRequest.post("/lasting", "request-" + number),
                  (number, response) -> response.text().equals("request-" + number)));
    }
    return reports;
  }

  /** As a hostile client may send them to a service that nobody else calls. */
  @Test
  void badRequestsAloneDoNotAddUpToTheEnd() throws Exception {
    StreamingQuery query =
        writer("hostile", LastingContractTest::computing)
            .option("maxRestarts", 2)
            .option("backoff", "10ms")
            .start();
    try {
      for (int i = 0; i < 4; i++) {
        assertThat(post(port("hostile"), "hostile", "raise").status()).isEqualTo(500);
      }
      assertThat(post(port("hostile"), "hostile", "good").text()).isEqualTo("good");
      assertThat(query.isActive()).isTrue();
    } finally {
      query.stop();
    }
  }

  @Test
  void withoutRestartsTheQueryEndsAsSparksOwn() throws Exception {
    StreamingQuery query =
        writer("off", LastingContractTest::computing).option("maxRestarts", 0).start();
    int port = port("off");
    assertThat(post(port, "off", "good").text()).isEqualTo("good");

    RawResponse response = post(port, "off", "raise");

    assertThatThrownBy(query::awaitTermination)
        .isInstanceOf(StreamingQueryException.class)
        .hasStackTraceContaining("Cannot swallow");
    assertThat(response.status()).isIn(500, 503);
    assertThat(query.isActive()).isFalse();
    assertThat(query.exception().isDefined()).isTrue();
    assertRefuses(port);
    query.stop();
    assertThatThrownBy(() -> query.awaitTermination(1)).isInstanceOf(StreamingQueryException.class);
  }

  @Test
  void aQueryThatOnlyFailsIsGivenUpAndSaysWhy() throws Exception {
    StreamingQuery query =
        breaking("broken").option("maxRestarts", 2).option("backoff", "10ms").start();
    int port = port("broken");
    ExecutorService client = Executors.newSingleThreadExecutor();
    try {
      assertThat(post(port, "broken", "fine").text()).isEqualTo("fine");
      breakDown();
      Future<RawResponse> held = client.submit(() -> post(port, "broken", "not fine"));

      assertThatThrownBy(() -> query.awaitTermination(120_000))
          .isInstanceOf(StreamingQueryException.class)
          .hasStackTraceContaining("Cannot go on");

      assertThat(query.isActive()).isFalse();
      assertThat(query.exception().isDefined()).isTrue();
      assertThat(held.get(30, TimeUnit.SECONDS).status()).isEqualTo(503);
      assertThat(post(port, "broken", "later").status()).isEqualTo(503);
    } finally {
      client.shutdownNow();
      query.stop();
    }
    assertRefuses(port);
  }

  @Test
  void aStopDuringARestartIsForGood() throws Exception {
    StreamingQuery query =
        breaking("stopped").option("backoff", "1h").option("maxBackoff", "1h").start();
    int port = port("stopped");
    ExecutorService client = Executors.newSingleThreadExecutor();
    try {
      assertThat(post(port, "stopped", "fine").text()).isEqualTo("fine");
      breakDown();
      Future<RawResponse> held = client.submit(() -> post(port, "stopped", "not fine"));
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  ServiceRegistry.jvm().catalogue().standings().stream()
                          .anyMatch(each -> each.state() == ServiceStanding.State.RESTARTING)
                      && ServiceRegistry.jvm().catalogue().get("stopped").restarts() == 1);
      assertThat(query.isActive()).isTrue();

      query.stop();

      query.awaitTermination();
      assertThat(query.isActive()).isFalse();
      assertThat(query.exception().isEmpty()).isTrue();
      assertThat(held.get(30, TimeUnit.SECONDS).status()).isEqualTo(503);
      assertRefuses(port);
    } finally {
      client.shutdownNow();
      query.stop();
    }
  }

  @Test
  void triggersWithWhichAQueryEndsAreRefused() {
    for (Trigger trigger : List.of(Trigger.Once(), Trigger.AvailableNow())) {
      assertThatThrownBy(() -> writer("ending", text -> text).trigger(trigger).start())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Unsupported trigger")
          .hasMessageContaining("a service has to go on");
    }
  }

  @Test
  void aCheckpointIsForOneQueryAtATime(@TempDir Path folder) throws Exception {
    String checkpoint = folder.toUri().toString();
    StreamingQuery first =
        writer("one", text -> text).option("checkpointLocation", checkpoint).start();
    try {
      assertThatThrownBy(
              () -> writer("two", text -> text).option("checkpointLocation", checkpoint).start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(first.id().toString())
          .hasMessageContaining("Choose another checkpointLocation");
      assertThat(post(port("one"), "one", "goes on").text()).isEqualTo("goes on");
    } finally {
      first.stop();
    }
    StreamingQuery second =
        writer("two", text -> text).option("checkpointLocation", checkpoint).start();
    second.stop();
  }

  @Test
  void sparksOwnStartRefusesTheOptionsOfRestarts() {
    Dataset<Row> text =
        Serving.parseRequest(requests("sparks-own", Map.of()), DataTypes.StringType);
    Dataset<Row> replies = Serving.makeReply(text, "value");
    assertThatThrownBy(
            () ->
                replies
                    .writeStream()
                    .format(mode().format())
                    .option("name", "sparks-own")
                    .option("maxRestarts", 1)
                    .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxRestarts");
  }
}
