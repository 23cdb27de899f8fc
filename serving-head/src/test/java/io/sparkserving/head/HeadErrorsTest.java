package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sparkserving.Serving;
import io.sparkserving.testing.SparkSessions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake is told at load() or start(), by its name, with and without the fluent words. */
class HeadErrorsTest {

  /** The two ways to read and write. */
  enum Words {
    FLUENT {
      @Override
      Dataset<Row> load(Map<String, String> options) {
        return Serving.readStream(spark).server().options(options).load();
      }

      @Override
      StreamingQuery start(Dataset<Row> replies, Map<String, String> options, Path checkpoint)
          throws TimeoutException {
        return Serving.writeStream(replies).server().options(options).start();
      }
    },
    PLAIN {
      @Override
      Dataset<Row> load(Map<String, String> options) {
        return spark.readStream().format("server").options(options).load();
      }

      @Override
      StreamingQuery start(Dataset<Row> replies, Map<String, String> options, Path checkpoint)
          throws TimeoutException {
        return replies
            .writeStream()
            .format("server")
            .options(options)
            .option("checkpointLocation", checkpoint.toUri().toString())
            .start();
      }
    };

    abstract Dataset<Row> load(Map<String, String> options);

    abstract StreamingQuery start(
        Dataset<Row> replies, Map<String, String> options, Path checkpoint) throws TimeoutException;
  }

  private static final String NAME = "mistaken";
  private static final Map<String, String> REPLY_TO = Map.of("name", NAME);

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

  @ParameterizedTest
  @EnumSource
  void anUnknownReaderOptionIsNamedWithThoseThatAreSpeltAlike(Words words) {
    assertMistake(
        () -> words.load(options("requestTimeuot", "5s")),
        "Unsupported",
        "requestTimeuot",
        "5s",
        "did you mean requestTimeout?");
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownWriterOptionIsNamedWithThoseThatAreSpeltAlike(Words words) throws Exception {
    assertStartFails(
        () -> start(words, Map.of("name", NAME, "replyColumn", "reply")),
        "Unsupported",
        "replyColumn",
        "did you mean replyCol?");
  }

  @ParameterizedTest
  @EnumSource
  void anOptionLikeNoOtherIsNamedWithThoseThatThereAre(Words words) throws Exception {
    assertStartFails(
        () -> start(words, Map.of("name", NAME, "colour", "blue")),
        "Unsupported",
        "colour",
        "replyCol",
        "idCol");
  }

  @ParameterizedTest
  @MethodSource("badValues")
  void aBadValueIsNamedWithItsOptionAndWhatIsAllowed(Words words, String option, String value) {
    assertMistake(
        () -> words.load(options(option, value)),
        "Invalid",
        "'" + option + "'",
        "'" + value + "'",
        "expected");
  }

  static Stream<Arguments> badValues() {
    return Stream.of(Words.values())
        .flatMap(
            words ->
                Stream.of(
                        List.of("host", "local host"),
                        List.of("host", ""),
                        List.of("port", "65536"),
                        List.of("port", "-1"),
                        List.of("port", "http"),
                        List.of("path", "my api"),
                        List.of("path", "//"),
                        List.of("name", " "),
                        List.of("numPartitions", "0"),
                        List.of("numPartitions", "two"),
                        List.of("requestTimeout", "soon"),
                        List.of("requestTimeout", "0s"),
                        List.of("requestTimeout", "25h"),
                        List.of("maxQueueSize", "0"),
                        List.of("maxQueueBytes", "1"),
                        List.of("maxBodySize", "large"),
                        List.of("maxBodySize", "2g"),
                        List.of("noReplyStatus", "99"),
                        List.of("noReplyStatus", "600"),
                        List.of("maxRequestAttempts", "0"),
                        List.of("includeTimestamp", "perhaps"))
                    .map(bad -> Arguments.of(words, bad.get(0), bad.get(1))));
  }

  @ParameterizedTest
  @EnumSource
  void aMissingPortIsNamed(Words words) {
    assertMistake(() -> words.load(Map.of("path", NAME)), "Missing", "'port'");
  }

  @ParameterizedTest
  @EnumSource
  void aMissingPathIsNamed(Words words) {
    assertMistake(() -> words.load(Map.of("port", "0")), "Missing", "'path'");
  }

  @ParameterizedTest
  @EnumSource
  void aMissingNameToReplyToIsNamed(Words words) throws Exception {
    assertStartFails(() -> start(words, Map.of()), "Missing", "'name'", "replyTo");
  }

  @ParameterizedTest
  @EnumSource
  void aNameThatNothingServesIsNamedWithThoseThatThereAre(Words words) throws Exception {
    try (HeadService known = HeadService.start(spark, "known-api", HeadPipelines::echo)) {
      assertMistake(
          () -> start(words, Map.of("name", "unknown-api")),
          "Invalid",
          "unknown-api",
          known.name());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondServiceOfTheSameNameIsRefused(Words words) throws Exception {
    try (HeadService first = HeadService.start(spark, NAME, HeadPipelines::echo)) {
      assertMistake(() -> start(words, REPLY_TO), "Cannot", NAME);

      assertThat(first.post("still served").text()).isEqualTo("still served");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOccupiedPortIsNamed(Words words) throws Exception {
    try (ServerSocket occupant = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      String port = Integer.toString(occupant.getLocalPort());
      assertStartFails(
          () -> start(words, HeadPipelines.echo(words.load(options("port", port))), REPLY_TO),
          "Cannot",
          port,
          "uses the port");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReplyColumnOfAnotherTypeIsNamedWithItsType(Words words) throws Exception {
    Dataset<Row> replies =
        HeadPipelines.text(words.load(options("port", "0"))).withColumn("reply", lit("text"));
    assertStartFails(
        () -> start(words, replies, REPLY_TO), "Invalid", "reply", "string", "makeReply");
  }

  @ParameterizedTest
  @EnumSource
  void aMissingReplyColumnIsNamed(Words words) throws Exception {
    Dataset<Row> replies = HeadPipelines.text(words.load(options("port", "0")));
    assertStartFails(() -> start(words, replies, REPLY_TO), "Missing", "reply", "value");
  }

  @ParameterizedTest
  @EnumSource
  void aMissingIdColumnIsNamed(Words words) throws Exception {
    Dataset<Row> replies = HeadPipelines.echo(words.load(options("port", "0"))).drop("id");
    assertStartFails(() -> start(words, replies, REPLY_TO), "Missing", "id", "reply");
  }

  @ParameterizedTest
  @EnumSource
  void anIdColumnOfAnotherTypeIsNamedWithItsType(Words words) throws Exception {
    Dataset<Row> replies =
        HeadPipelines.echo(words.load(options("port", "0"))).withColumn("id", col("id.requestId"));
    assertStartFails(() -> start(words, replies, REPLY_TO), "Invalid", "id", "string");
  }

  private StreamingQuery start(Words words, Map<String, String> writerOptions)
      throws TimeoutException {
    return start(words, HeadPipelines.echo(words.load(options("port", "0"))), writerOptions);
  }

  private StreamingQuery start(Words words, Dataset<Row> replies, Map<String, String> writerOptions)
      throws TimeoutException {
    return words.start(replies, writerOptions, folder.resolve("checkpoint"));
  }

  /** Options that are right but for the one given. */
  private static Map<String, String> options(String name, String value) {
    Map<String, String> options = new HashMap<>(Map.of("port", "0", "path", NAME));
    options.put(name, value);
    return options;
  }

  /** Whatever a start fails on, it must not keep the name or leave a query behind. */
  private static void assertStartFails(ThrowingCallable start, String beginning, String... parts)
      throws Exception {
    assertMistake(start, beginning, parts);
    assertThat(spark.streams().active()).isEmpty();
    try (HeadService service = HeadService.start(spark, NAME, HeadPipelines::echo)) {
      assertThat(service.post("right this time").text()).isEqualTo("right this time");
    }
  }

  private static void assertMistake(ThrowingCallable call, String beginning, String... parts) {
    Throwable mistake = catchThrowable(call);
    assertThat(mistake).isNotNull();
    assertThat(mistake.getMessage()).startsWith(beginning);
    // Spark hands over the names of options in lower case.
    assertThat(List.of(parts))
        .allSatisfy(part -> assertThat(mistake.getMessage()).containsIgnoringCase(part));
  }
}
