package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.ServingFunctions;
import io.sparkserving.schema.ServingSchemas;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.GroupState;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.StructType;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadSqlTest {

  private static final HeadService.Check SAME_TEXT =
      (body, response) -> response.status() == 200 && response.text().equals(body);

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[2]", Map.of("spark.sql.autoBroadcastJoinThreshold", "-1"));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void rowsMayBeRepartitioned() throws Exception {
    try (HeadService service =
        HeadService.start(spark, "repartition", HeadPipelines::echoRepartitioned)) {
      LoadReport report = service.load(16, 500, number -> "body-" + number, SAME_TEXT);

      assertThat(report.isAll(200)).as("%s", report).isTrue();
    }
  }

  @Test
  void rowsMayBeJoinedToATableThroughAShuffle() throws Exception {
    PlanRecorder plans = new PlanRecorder();
    spark.sparkContext().addSparkListener(plans);
    try (HeadService service =
        HeadService.start(
            spark, "shuffle-join", requests -> HeadPipelines.joined(requests, "inner"))) {
      LoadReport report =
          service.load(
              16,
              500,
              HeadSqlTest::keyBody,
              (body, response) ->
                  response.status() == 200 && keyBody(nameNumber(response)).equals(body));

      assertThat(report.isAll(200)).as("%s", report).isTrue();
      assertThat(plans.ran("SortMergeJoin")).isTrue();
      assertThat(plans.ran("BroadcastHashJoin")).isFalse();
    } finally {
      spark.sparkContext().removeSparkListener(plans);
    }
  }

  @Test
  void anAggregationTellsEachRequestItsGroupsRunningCount() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark, "running-count", Map.of(), "update", HeadPipelines::runningCount)) {
      int perGroup = 6;
      for (int round = 0; round < 3; round++) {
        for (List<Integer> counts : RunningCounts.ask(service, perGroup, "red", "blue")) {
          RunningCounts.assertRunOn(round * perGroup, counts);
        }
      }
    }
  }

  @Test
  @Tag("everything")
  void requestsOfAWindowAreCountedAndThoseBehindTheWatermarkLeftOut() throws Exception {
    try (HeadService service =
        HeadService.start(spark, "windows", Map.of(), "update", HeadSqlTest::countedByMinute)) {
      assertThat(service.post(atBody("00:00:10")).text()).isEqualTo("{\"count\":1}");
      assertThat(service.post(atBody("00:00:50")).text()).isEqualTo("{\"count\":2}");
      assertThat(service.post(atBody("00:01:10")).text()).isEqualTo("{\"count\":1}");
      assertThat(service.post(atBody("00:09:00")).text()).isEqualTo("{\"count\":1}");
      // A watermark lets nothing late in from the second batch after the one that moved it.
      assertThat(service.post(atBody("00:09:59")).text()).isEqualTo("{\"count\":2}");
      assertThat(service.post(atBody("00:00:20")).status()).isEqualTo(500);
    }
  }

  private static String atBody(String time) {
    return "{\"at\":\"2026-01-01T" + time + "Z\"}";
  }

  private static Dataset<Row> countedByMinute(Dataset<Row> requests) {
    return Serving.makeReply(
        Serving.parseRequest(requests, new StructType().add("at", "timestamp"))
            .withWatermark("at", "1 minute")
            .groupBy(window(col("at"), "1 minute"))
            .agg(count(lit(1)).as("count"), collect_list("id").as("ids"))
            .select(explode(col("ids")).as("id"), col("count")),
        "count");
  }

  @Test
  @Tag("everything")
  void aRequestIsAnsweredOnceAnotherStreamHasItsMatch(@TempDir Path folder) throws Exception {
    Path names = Files.createDirectory(folder.resolve("names"));
    StructType schema = new StructType().add("key", "long").add("name", "string");
    Dataset<Row> known = spark.readStream().schema(schema).json(names.toUri().toString());
    appear(names, 1);
    try (HeadService service =
        HeadService.start(
            spark,
            "matched",
            Map.of("noReplyStatus", "0"),
            requests ->
                Serving.makeReply(
                    Serving.parseRequest(requests, new StructType().add("key", "long"))
                        .join(known, "key"),
                    "name"))) {
      assertThat(service.post(keyBody(1)).text()).isEqualTo("name-1");
      Future<RawResponse> early = service.postInBackground(List.of(keyBody(2))).get(0);
      awaitSettled(() -> assertThat(service.openExchanges()).isEqualTo(1));
      appear(names, 2);
      assertThat(early.get(60, TimeUnit.SECONDS).text()).isEqualTo("name-2");
    }
  }

  /** Whole from its first moment, as readers of files ask for. */
  private static void appear(Path folder, int key) throws IOException {
    Path written = folder.resolveSibling(key + ".json");
    Files.writeString(written, "{\"key\":" + key + ",\"name\":\"name-" + key + "\"}");
    Files.move(written, folder.resolve(key + ".json"), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void stateOfAGroupNumbersItsRequestsOneByOne() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark, "numbered", Map.of(), "update", HeadSqlTest::numberedWithinGroup)) {
      int perGroup = 8;
      for (List<Integer> counts : RunningCounts.ask(service, perGroup, "red", "blue", "green")) {
        assertThat(counts)
            .containsExactlyElementsOf(IntStream.rangeClosed(1, perGroup).boxed().toList());
      }
    }
  }

  @Test
  void theFirstOfSeveralRowsAnswersAndTheRestAreCounted() throws Exception {
    StructType schema = new StructType().add("words", "array<string>");
    try (HeadService service =
        HeadService.start(
            spark,
            "explode",
            requests ->
                Serving.makeReply(
                    Serving.parseRequest(requests, schema)
                        .withColumn("word", explode(col("words"))),
                    "word"))) {
      assertThat(service.post("{\"words\":[\"one\",\"two\",\"three\"]}").text()).isEqualTo("one");
      assertThat(service.post("{\"words\":[\"four\",\"five\"]}").text()).isEqualTo("four");

      awaitSettled(() -> assertThat(service.counters().dropped()).isEqualTo(3));
      assertThat(service.counters().answered()).isEqualTo(2);
    }
  }

  @Test
  void aRequestThatAFilterDropsIsAnsweredWithTheDefaultStatus() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark,
            "filter",
            requests ->
                Serving.makeReply(
                    HeadPipelines.text(requests).filter(not(col("value").contains("drop"))),
                    "value"))) {
      List<RawResponse> responses = service.postAll(List.of("keep-1", "drop-2", "keep-3"));

      assertThat(responses).extracting(RawResponse::status).containsExactly(200, 500, 200);
      assertThat(responses.get(0).text()).isEqualTo("keep-1");
      assertThat(responses.get(1).header("Content-Type")).contains("application/problem+json");
      assertThat(responses.get(2).text()).isEqualTo("keep-3");
      assertThat(service.counters().withoutReply()).isEqualTo(1);
    }
  }

  @Test
  void aRequestThatAnInnerJoinDropsIsAnsweredWithTheStatusAskedFor() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark,
            "inner-join",
            Map.of("noReplyStatus", "404"),
            requests -> HeadPipelines.joined(requests, "inner"))) {
      List<RawResponse> responses =
          service.postAll(List.of(keyBody(999), keyBody(1_000), keyBody(0)));

      assertThat(responses).extracting(RawResponse::status).containsExactly(200, 404, 200);
      assertThat(responses.get(0).text()).isEqualTo("name-999");
      assertThat(responses.get(1).text()).contains("\"status\":404");
      assertThat(responses.get(2).text()).isEqualTo("name-0");
    }
  }

  @Test
  void aRequestWithoutAMatchInALeftJoinGetsAnEmptyReply() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark, "left-join", requests -> HeadPipelines.joined(requests, "left_outer"))) {
      List<RawResponse> responses = service.postAll(List.of(keyBody(5), "{\"key\":1000}", "{}"));

      assertThat(responses).extracting(RawResponse::status).containsExactly(200, 200, 200);
      assertThat(responses).extracting(RawResponse::text).containsExactly("name-5", "", "");
    }
  }

  @Test
  void twoBranchesOfTheSameRequestsMayBeUnited() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark,
            "union",
            requests -> {
              Dataset<Row> text = HeadPipelines.text(requests);
              Column even = col("value").cast("long").mod(2).equalTo(0);
              return branch(text.filter(even), "even ")
                  .union(branch(text.filter(not(even)), "odd "));
            })) {
      LoadReport report =
          service.load(
              16,
              500,
              Integer::toString,
              (body, response) ->
                  response.status() == 200
                      && response
                          .text()
                          .equals((Integer.parseInt(body) % 2 == 0 ? "even " : "odd ") + body));

      assertThat(report.isAll(200)).as("%s", report).isTrue();
      assertThat(service.counters().dropped()).isZero();
    }
  }

  /** However long the batch may be: what is read again must be all that was answered. */
  @Test
  void aBatchHandedToForeachBatchMayReplyItself() throws Exception {
    Dataset<Row> text =
        HeadPipelines.text(
            Serving.readStream(spark)
                .server()
                .address("localhost", 0, "each-batch")
                .option("batchLength", "10min")
                .load());
    AtomicLong readAgain = new AtomicLong();
    VoidFunction2<Dataset<Row>, Long> replyToAll =
        (batch, batchId) -> {
          Column reply = ServingFunctions.stringToResponse(col("value"));
          batch
              .select(ServingFunctions.sendReply("each-batch", reply, col("id")))
              .write()
              .format("noop")
              .mode("overwrite")
              .save();
          readAgain.addAndGet(batch.count());
        };
    StreamingQuery query = text.writeStream().foreachBatch(replyToAll).start();
    try (HeadService service = awaitService("each-batch", query)) {
      LoadReport report = service.load(8, 200, number -> "body-" + number, SAME_TEXT);

      assertThat(report.isAll(200)).as("%s", report).isTrue();
      query.processAllAvailable();
      assertThat(readAgain.get()).isEqualTo(200);
    }
  }

  @Test
  void anotherQueryMayReplyToWhatOneQueryReads(@TempDir Path folder) throws Exception {
    String asked = folder.resolve("asked").toUri().toString();
    StreamingQuery reading =
        HeadPipelines.text(
                Serving.readStream(spark)
                    .server()
                    .address("localhost", 0, "relay")
                    .option("noReplyStatus", 0)
                    .load())
            .writeStream()
            .format("parquet")
            .option("path", asked)
            .option("checkpointLocation", folder.resolve("reading").toUri().toString())
            .start();
    try (HeadService service = awaitService("relay", reading)) {
      StructType schema = new StructType().add("id", ServingSchemas.ID).add("value", "string");
      Dataset<Row> rows = spark.readStream().schema(schema).parquet(asked);
      StreamingQuery replying =
          Serving.writeStream(Serving.makeReply(rows, "value")).server().replyTo("relay").start();
      try {
        List<String> bodies = IntStream.range(0, 20).mapToObj(i -> "relayed-" + i).toList();

        assertThat(service.postAll(bodies))
            .extracting(RawResponse::text)
            .containsExactlyElementsOf(bodies);
        awaitSettled(() -> assertThat(service.openExchanges()).isZero());
      } finally {
        replying.stop();
      }
    }
  }

  private static Dataset<Row> branch(Dataset<Row> text, String prefix) {
    return Serving.makeReply(text.withColumn("out", concat(lit(prefix), col("value"))), "out")
        .select("id", "reply");
  }

  private static Dataset<Row> numberedWithinGroup(Dataset<Row> requests) {
    StructType output = new StructType().add("id", ServingSchemas.ID).add("count", "long");
    FlatMapGroupsWithStateFunction<String, Row, Long, Row> number = HeadSqlTest::number;
    MapFunction<Row, String> group = row -> row.getAs("group");
    Dataset<Row> numbered =
        Serving.parseRequest(requests, new StructType().add("group", "string"))
            .groupByKey(group, Encoders.STRING())
            .flatMapGroupsWithState(
                number,
                OutputMode.Update(),
                Encoders.LONG(),
                Encoders.row(output),
                GroupStateTimeout.NoTimeout());
    return Serving.makeReply(numbered, "count");
  }

  private static Iterator<Row> number(String group, Iterator<Row> rows, GroupState<Long> state) {
    long count = state.exists() ? state.get() : 0;
    List<Row> numbered = new ArrayList<>();
    while (rows.hasNext()) {
      Row id = rows.next().getAs("id");
      numbered.add(RowFactory.create(id, ++count));
    }
    state.update(count);
    return numbered.iterator();
  }

  /** A service of a query that has no serving sink is there soon after its start. */
  private static HeadService awaitService(String name, StreamingQuery query) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> HeadService.of(name, query), service -> service.port() > 0);
  }

  private static void awaitSettled(ThrowingRunnable assertion) {
    await().atMost(Duration.ofSeconds(30)).untilAsserted(assertion);
  }

  private static String keyBody(int number) {
    return "{\"key\":" + number + "}";
  }

  private static int nameNumber(RawResponse response) {
    return Integer.parseInt(response.text().replace("name-", ""));
  }
}
