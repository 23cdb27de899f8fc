package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.checkpoint.ForkFreeLocalFs;
import io.sparkserving.testing.LogCapture;
import io.sparkserving.testing.SparkSessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.local.LocalFs;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadCheckpointTest {

  private static final String NAME = "checkpointed";
  private static final String SESSION_SETTING = "spark.sql.streaming.checkpointLocation";
  private static final Pattern FOLDER = Pattern.compile("/\\S+");

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
  void aQueryWithoutALocationGetsATemporaryOneSaysSoAndRemovesIt() throws Exception {
    try (LogCapture log = new LogCapture()) {
      List<Path> folders;
      try (HeadService service = HeadService.start(spark, NAME, HeadPipelines::echo)) {
        assertThat(service.post("hello").text()).isEqualTo("hello");
        folders = temporaryFolders(log);
        assertThat(folders).hasSize(1).allSatisfy(HeadCheckpointTest::assertUsed);
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(folders.get(0)).doesNotExist());
    }
  }

  @Test
  void theLocationOfTheSessionIsUsedAndKept() throws Exception {
    spark.conf().set(SESSION_SETTING, folder.toUri().toString());
    try (LogCapture log = new LogCapture()) {
      try (HeadService service = HeadService.start(spark, NAME, HeadPipelines::echo)) {
        assertThat(service.post("hello").text()).isEqualTo("hello");
      }
      assertThat(temporaryFolders(log)).isEmpty();
      try (Stream<Path> queries = Files.list(folder)) {
        assertThat(queries.toList()).hasSize(1).allSatisfy(HeadCheckpointTest::assertUsed);
      }
    } finally {
      spark.conf().unset(SESSION_SETTING);
    }
  }

  @Test
  void aLocationThatSparksOwnWriterWasGivenIsUsedAndKept() throws Exception {
    Dataset<Row> replies =
        HeadPipelines.echo(Serving.readStream(spark).server().address("localhost", 0, NAME).load());
    try (LogCapture log = new LogCapture()) {
      StreamingQuery query =
          Serving.writer(
                  replies.writeStream().option("checkpointLocation", folder.toUri().toString()))
              .server()
              .replyTo(NAME)
              .start();
      try (HeadService service = HeadService.of(NAME, query)) {
        assertThat(service.post("hello").text()).isEqualTo("hello");
      }
      assertThat(temporaryFolders(log)).isEmpty();
      assertUsed(folder);
    }
  }

  @Test
  void hadoopsOwnFileSystemForCheckpointsStaysWhereTheServiceSaysSo() {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    String key = "fs.AbstractFileSystem.file.impl";
    hadoop.set(key, LocalFs.class.getName());
    ServingReader reader = Serving.readStream(spark).server().address("localhost", 0, NAME);

    reader.option("fastLocalCheckpoints", false).load();
    assertThat(hadoop.get(key)).isEqualTo(LocalFs.class.getName());
    reader.option("fastLocalCheckpoints", true).load();
    assertThat(hadoop.get(key)).isEqualTo(ForkFreeLocalFs.class.getName());
  }

  @Test
  void aQueryWhoseProgressSparkWillNotTrackAsynchronouslyStartsWithoutThat() throws Exception {
    try (LogCapture log = new LogCapture()) {
      StreamingQuery query = Serving.writer(asynchronous(folder)).server().replyTo(NAME).start();
      try (HeadService service = HeadService.of(NAME, query)) {
        assertThat(service.post("hello").text()).isEqualTo("hello");
      }
      assertThat(log.lines())
          .filteredOn(line -> line.contains("Starting without asynchronous progress tracking"))
          .hasSize(1);
    }
  }

  @Test
  void sparksOwnStartNamesTheOptionWithWhichItStarts() {
    DataStreamWriter<Row> writer = asynchronous(folder).format("server").option("name", NAME);

    assertThatThrownBy(writer::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unsupported async progress tracking for replies to '%s'", NAME)
        .hasMessageContaining(".option(\"asyncProgressTrackingEnabled\", \"false\")");
  }

  private static DataStreamWriter<Row> asynchronous(Path checkpoint) {
    return HeadPipelines.echo(
            Serving.readStream(spark).server().address("localhost", 0, NAME).load())
        .writeStream()
        .option("checkpointLocation", checkpoint.toUri().toString())
        .option("asyncProgressTrackingEnabled", true);
  }

  private static List<Path> temporaryFolders(LogCapture log) {
    return log.lines().stream()
        .filter(line -> line.contains("checkpointLocation"))
        .flatMap(line -> FOLDER.matcher(line).results())
        .map(MatchResult::group)
        .map(Path::of)
        .toList();
  }

  private static void assertUsed(Path checkpoint) {
    assertThat(checkpoint.resolve("offsets").resolve("0")).exists();
  }
}
