package io.sparkserving.compatibility;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.Serving;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries that keep state by key in real time, as they can from Spark 4.3 on. */
final class StatefulIT {
  private static final String SETTING = "spark.shuffle.streaming.networkBufferMaxWaitTimeMs";
  private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";
  private static final int CLIENTS = 32;

  private static final Warnings WARNINGS = new Warnings();

  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

  @BeforeEach
  void onSpark43() {
    assumeTrue(System.getProperty("expected.spark").compareTo("4.3") >= 0);
    // The tasks on both sides of the shuffle run at the same time, on the two cores there are.
    LocalSpark.SESSION.conf().set(SHUFFLE_PARTITIONS, "1");
  }

  @AfterAll
  static void close() {
    WARNINGS.close();
  }

  @AfterEach
  void reset() {
    clients.shutdownNow();
    LocalSpark.SESSION.conf().set(SHUFFLE_PARTITIONS, "2");
  }

  @Test
  void anAggregateAnswersEachRequestAndSaysOnceThatRowsWaitInItsShuffle() throws Exception {
    for (String name : List.of("running_count", "other_count")) {
      try (RunningService service = counting(name)) {
        for (int asked = 1; asked <= 3; asked++) {
          assertThat(service.post("a").body()).isEqualTo("a " + asked);
        }
        assertThat(service.post("b").body()).isEqualTo("b 1");
      }
    }
    assertThat(WARNINGS.texts).filteredOn(text -> text.contains(SETTING + "=1")).hasSize(1);
  }

  /** A row of output comes of each row of input, also of those that come together. */
  @Test
  void requestsOfOneKeyThatMeetAreCountedAndAnsweredOneByOne() throws Exception {
    try (RunningService service = counting("contended")) {
      List<String> answers = ask(Collections.nCopies(CLIENTS * 10, "same"), service);

      assertThat(answers)
          .containsExactlyInAnyOrderElementsOf(
              IntStream.rangeClosed(1, answers.size()).mapToObj(i -> "200 same " + i).toList());
    }
  }

  @Test
  void repeatedRequestsThatTheQueryDropsAreAnswered() throws Exception {
    Map<String, String> options = Map.of("noReplyAfter", "500ms", "noReplyStatus", "409");
    try (RunningService service =
        start(
            "deduplicated",
            options,
            texts -> texts.dropDuplicates("value").withColumn("answer", col("value")))) {
      assertThat(service.post("first").statusCode()).isEqualTo(200);

      assertThat(ask(List.of("first", "second", "first"), service))
          .satisfiesExactlyInAnyOrder(
              answer -> assertThat(answer).isEqualTo("200 second"),
              answer -> assertThat(answer).startsWith("409 "),
              answer -> assertThat(answer).startsWith("409 "));
    }
  }

  /** What others had counted since the last batch has to be counted anew, and is answered. */
  @Test
  void aRequestOnWhichTasksBehindTheShuffleFailIsFoundOut() throws Exception {
    try (RunningService service =
        start(
            "failing",
            Map.of(),
            texts -> counts(texts).withColumn("answer", failing(col("answer"), "bad")))) {
      assertThat(service.post("good").body()).isEqualTo("good 1");
      assertThat(service.post("good").body()).isEqualTo("good 2");

      Future<List<String>> others =
          clients.submit(
              () -> ask(IntStream.range(0, 20).mapToObj(i -> "k" + i).toList(), service));
      assertThat(service.post("bad").statusCode()).isEqualTo(500);

      assertThat(others.get()).allMatch(answer -> answer.matches("200 k\\d+ 1"));
      assertThat(service.post("good").body()).as("from the last commit on").isEqualTo("good 1");
      assertThat(service.query().isActive()).isTrue();
    }
  }

  @Test
  void aServiceWithMoreTasksThanCoresSaysHowManyItTakes() {
    LocalSpark.SESSION.conf().set(SHUFFLE_PARTITIONS, "2");

    assertThatIllegalStateException()
        .isThrownBy(() -> counting("crowded"))
        .withMessageContaining("1 that read requests (option numPartitions)")
        .withMessageContaining("2 behind shuffles (spark.sql.shuffle.partitions)")
        .withMessageContaining("That takes 3 cores, and there are 2");
  }

  /** Asks at the same time; returns status and text of each answer. */
  private List<String> ask(List<String> bodies, RunningService service) throws Exception {
    List<Callable<String>> calls =
        bodies.stream()
            .map(
                body ->
                    (Callable<String>)
                        () -> {
                          HttpResponse<String> answer = service.post(body);
                          return answer.statusCode() + " " + answer.body();
                        })
            .toList();
    List<String> answers = new ArrayList<>();
    for (Future<String> asked : clients.invokeAll(calls)) {
      answers.add(asked.get());
    }
    return answers;
  }

  private static RunningService counting(String name) throws Exception {
    return start(name, Map.of(), StatefulIT::counts);
  }

  private static Dataset<Row> counts(Dataset<Row> texts) {
    return texts
        .groupBy("value")
        .agg(last(col("id")).as("id"), count(lit(1)).as("count"))
        .withColumn("answer", concat_ws(" ", col("value"), col("count")));
  }

  private static Column failing(Column text, String start) {
    return udf(
            (UDF1<String, String>)
                value -> {
                  if (value.startsWith(start)) {
                    throw new IllegalStateException("failed by the test");
                  }
                  return value;
                },
            DataTypes.StringType)
        .asNondeterministic()
        .apply(text);
  }

  private static RunningService start(
      String name, Map<String, String> options, UnaryOperator<Dataset<Row>> answers)
      throws Exception {
    Dataset<Row> requests =
        Serving.readStream(LocalSpark.SESSION)
            .continuousServer()
            .address("localhost", 0, name)
            .options(options)
            .option("numPartitions", 1)
            .load();
    Dataset<Row> texts = Serving.parseRequest(requests, DataTypes.StringType);
    return RunningService.of(
        name,
        Serving.writeStream(Serving.makeReply(answers.apply(texts), "answer"))
            .continuousServer()
            .replyTo(name)
            .realTime("5 minutes")
            .start());
  }

  /** What the library logs while this is open. */
  private static final class Warnings extends AbstractAppender implements AutoCloseable {
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final Logger logger =
        (Logger) LogManager.getLogger("io.sparkserving.format.ShuffleWait");

    Warnings() {
      super("warnings", null, null, true, Property.EMPTY_ARRAY);
      start();
      logger.addAppender(this);
    }

    @Override
    public void append(LogEvent event) {
      texts.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }

    @Override
    public void close() {
      logger.removeAppender(this);
      stop();
    }
  }
}
