package io.sparkserving.journal;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.SparkSessions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service with a journal, as its clients and its owner see it. */
class JournalServiceTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final StructType FOO = new StructType().add("foo", DataTypes.StringType);
  private static SparkSession spark;

  private Path folder;

  @BeforeEach
  void makeFolder(@TempDir Path made) {
    folder = made;
  }

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[4,4]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "distributedServer", "continuousServer"})
  void theJournalIsATable(String format) throws Exception {
    StreamingQuery query = start(format, "checkpoint", folder.resolve("checkpoint"));
    try {
      for (int i = 1; i <= 3; i++) {
        assertThat(post("{\"foo\":\"" + "x".repeat(i) + "\"}", "key" + i).body())
            .isEqualTo("{\"fooLength\":" + i + "}");
      }
      assertThat(post("{\"foo\":\"x\"}", "key1").body()).isEqualTo("{\"fooLength\":1}");
      assertThat(post("{\"foo\":\"xx\"}", "key1").statusCode()).isEqualTo(422);
    } finally {
      query.stop();
    }
    Dataset<Row> journal =
        spark
            .read()
            .format("serving-journal")
            .load(folder.resolve("checkpoint/journal").toString());
    List<Row> rows =
        Serving.parseRequest(journal.filter("not withdrawn"), "api", FOO, "id", "request", "none")
            .select("foo")
            .collectAsList();
    assertThat(rows)
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("x", "xx", "xxx");
    assertThat(journal.select("status", "generation").distinct().collectAsList())
        .hasToString("[[200,1]]");
    assertThat(journal.filter("cast(answer as string) = '{\"fooLength\":3}'").count()).isEqualTo(1);
  }

  @Test
  void aJournalThatCannotBeWrittenFailsTheStart() {
    ServingReader reader =
        Serving.readStream(spark)
            .server()
            .address("localhost", 0, "api")
            .option("journal", "file:///proc/journal");
    assertThatThrownBy(
            () ->
                writer(reader, folder.resolve("checkpoint"))
                    .server()
                    .option("maxRestarts", 0)
                    .start())
        .hasStackTraceContaining("Cannot write to the journal file:/proc/journal");
  }

  @Test
  void theContinuousTriggerRefusesAJournal() {
    assertThatThrownBy(
            () ->
                writer(
                        Serving.readStream(spark)
                            .continuousServer()
                            .address("localhost", 0, "api")
                            .option("journal", "checkpoint"),
                        folder.resolve("checkpoint"))
                    .continuousServer()
                    .trigger(Trigger.Continuous("1 second"))
                    .start())
        .hasStackTraceContaining("Unsupported option 'journal'");
  }

  @Test
  void aJournalNeedsACheckpointThatStays() {
    ServingReader reader =
        Serving.readStream(spark)
            .server()
            .address("localhost", 0, "api")
            .option("journal", folder.toUri().toString());
    assertThatThrownBy(
            () ->
                Serving.writeStream(
                        Serving.makeReply(Serving.parseRequest(reader.load(), FOO), "foo"))
                    .server()
                    .replyTo("api")
                    .option("maxRestarts", 0)
                    .start())
        .hasStackTraceContaining("Missing option 'checkpointLocation' for service 'api'");
  }

  @Test
  void keysNeedAJournal() {
    assertThatThrownBy(
            () ->
                Serving.readStream(spark)
                    .server()
                    .address("localhost", 0, "api")
                    .option("idempotencyKey", "Idempotency-Key")
                    .load())
        .hasMessageContaining("Missing option 'journal'");
  }

  private static StreamingQuery start(String format, String journal, Path checkpoint)
      throws Exception {
    ServingReader reader =
        Serving.readStream(spark)
            .address("localhost", 0, "api")
            .option("journal", journal)
            .option("idempotencyKey", "Idempotency-Key");
    return switch (format) {
      case "server" -> writer(reader.server(), checkpoint).server().start();
      case "distributedServer" ->
          writer(reader.distributedServer(), checkpoint).distributedServer().start();
      default -> writer(reader.continuousServer(), checkpoint).continuousServer().start();
    };
  }

  private static ServingWriter writer(ServingReader reader, Path checkpoint) {
    Dataset<Row> parsed = Serving.parseRequest(reader.load(), FOO);
    return Serving.writeStream(
            Serving.makeReply(parsed.withColumn("fooLength", length(col("foo"))), "fooLength"))
        .replyTo("api")
        .option("checkpointLocation", checkpoint.toUri().toString());
  }

  private static HttpResponse<String> post(String body, String key) throws Exception {
    int port = Serving.serviceInfo("api").get(0).port();
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api"))
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
