package io.sparkserving.continuous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServingWriter;
import io.sparkserving.testing.SparkSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("everything")
class ContinuousCheckpointTest {
  private static final String NAME = "checkpointed";
  private static final int KEPT = 10;

  private record Run(Mode mode, int partitions) {}

  private static final List<Run> RUNS =
      List.of(
          new Run(Mode.CONTINUOUS, 3),
          new Run(Mode.LINGERING, 1),
          new Run(Mode.CONTINUOUS, 2),
          new Run(Mode.REAL_TIME, 3),
          new Run(Mode.CONTINUOUS, 1),
          new Run(Mode.REAL_TIME, 1),
          new Run(Mode.LINGERING, 2),
          new Run(Mode.CONTINUOUS, 3));

  private static SparkSession spark;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path folder;

  @BeforeAll
  static void startSpark() {
    spark =
        SparkSessions.start(
            "local[4]",
            Map.of(
                "spark.sql.streaming.minBatchesToRetain",
                Integer.toString(KEPT),
                "spark.sql.streaming.realTimeMode.minBatchDuration",
                "500"));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void aQueryStartsFromTheCheckpointOfAnyTriggerAndAnyNumberOfPartitions() throws Exception {
    for (Run run : RUNS) {
      long batchesBefore = lastBatch("commits");
      StreamingQuery query = writer(run).start();
      try {
        ContinuousService service = ContinuousService.of(run.mode(), NAME);
        for (int number = 0; number < 10; number++) {
          assertThat(service.post("request-" + number).text())
              .as("%s", run)
              .isEqualTo("request-" + number);
        }
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(lastBatch("commits")).isGreaterThan(batchesBefore));
        assertThat(query.exception().isEmpty()).as("%s", query.exception()).isTrue();
      } finally {
        query.stop();
      }
    }
  }

  @Test
  void theCheckpointOfAQueryThatGoesOnAndOnDoesNotGrow() throws Exception {
    ServingWriter writer =
        writer(new Run(Mode.CONTINUOUS, 2)).trigger(Trigger.Continuous("50 milliseconds"));
    StreamingQuery query = writer.start();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(lastBatch("commits")).isGreaterThan(3 * KEPT));

      // One epoch may be half written, and what is purged goes after what is new has come.
      assertThat(batches("commits")).hasSizeLessThanOrEqualTo(KEPT + 2);
      assertThat(batches("offsets")).hasSizeLessThanOrEqualTo(KEPT + 2);
      assertThat(query.isActive()).isTrue();
    } finally {
      query.stop();
    }
  }

  private ServingWriter writer(Run run) {
    ServingWriter writer =
        ContinuousService.writer(
                spark,
                run.mode(),
                NAME,
                0,
                Map.of("numPartitions", Integer.toString(run.partitions()), "epochLength", "500ms"),
                ContinuousService::echo)
            .option("checkpointLocation", folder.toUri().toString());
    return run.mode() == Mode.REAL_TIME ? writer.realTime("500 milliseconds") : writer;
  }

  private long lastBatch(String log) {
    return batches(log).stream().mapToLong(Long::longValue).max().orElse(-1);
  }

  private List<Long> batches(String log) {
    Path files = folder.resolve(log);
    if (!Files.exists(files)) {
      return List.of();
    }
    try (Stream<Path> each = Files.list(files)) {
      return each.map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\d+"))
          .map(Long::valueOf)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
