package io.sparkserving.continuous;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.split;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.BatchFunction;
import io.sparkserving.Serving;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.LogCapture;
import io.sparkserving.testing.SparkSessions;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests whose rows a query drops, in batches that would go on for much longer than they wait.
 */
class DroppedRowsTest {
  private static final Map<String, String> OPTIONS =
      Map.of(
          "numPartitions", "1",
          "epochLength", "30min",
          "noReplyStatus", "404",
          "requestTimeout", "20s");

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[3]");
    spark.conf().set("spark.sql.streaming.realTimeMode.allowlistCheck", "false");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  /** The triggers with which Spark reads on the task's own thread. */
  enum LongBatches {
    REAL_TIME {
      @Override
      ServingWriter apply(ServingWriter writer) {
        return writer.realTime("30 minutes");
      }
    },
    LINGERING {
      @Override
      ServingWriter apply(ServingWriter writer) {
        return writer;
      }
    };

    abstract ServingWriter apply(ServingWriter writer);
  }

  private static void check(
      LongBatches batches, Map<String, String> more, UnaryOperator<Dataset<Row>> pipeline)
      throws Exception {
    String name = "dropped-" + batches.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    Map<String, String> options = new java.util.HashMap<>(OPTIONS);
    options.putAll(more);
    ServingWriter writer =
        ContinuousService.writer(
            spark, Mode.LINGERING, name, 0, options, requests -> pipeline.apply(requests));
    StreamingQuery query = batches.apply(writer).start();
    try {
      ContinuousService service = ContinuousService.of(Mode.LINGERING, name);
      for (String body : List.of("drop", "keep", "drop", "drop", "keep")) {
        assertThat(service.post(body).status()).isEqualTo(body.equals("keep") ? 200 : 404);
      }
    } finally {
      query.stop();
    }
  }

  @Test
  void thatARequestBecomesSeveralRowsIsSaidOnce() throws Exception {
    StreamingQuery query =
        ContinuousService.writer(
                spark,
                Mode.LINGERING,
                "several",
                0,
                OPTIONS,
                requests -> {
                  Dataset<Row> rows = ContinuousService.text(requests);
                  return reply(rows.withColumn("value", explode(split(col("value"), ","))));
                })
            .start();
    try (LogCapture log = new LogCapture()) {
      ContinuousService service = ContinuousService.of(Mode.LINGERING, "several");
      assertThat(service.post("one").text()).isEqualTo("one");
      assertThat(service.post("two").text()).isEqualTo("two");
      assertThat(log.lines()).noneMatch(line -> line.contains("became several rows"));
      for (int i = 0; i < 3; i++) {
        assertThat(service.post("one,two,three").text()).isEqualTo("one");
      }
      assertThat(service.post("last").text()).isEqualTo("last");
      assertThat(log.lines()).filteredOn(line -> line.contains("became several rows")).hasSize(1);
    } finally {
      query.stop();
    }
  }

  private static Dataset<Row> kept(Dataset<Row> requests) {
    return dropping(text(requests));
  }

  private static Dataset<Row> reply(Dataset<Row> rows) {
    return Serving.makeReply(rows, "value");
  }

  @ParameterizedTest
  @EnumSource
  void aFilteredRequestIsAnsweredWhenTheTaskAsksForTheNext(LongBatches batches) throws Exception {
    check(batches, Map.of(), requests -> reply(kept(requests)));
  }

  @ParameterizedTest
  @EnumSource
  void soIsOneThatIsDroppedBeforeBetweenOrAfterFunctions(LongBatches batches) throws Exception {
    check(batches, Map.of(), requests -> reply(through(kept(requests))));
    check(batches, Map.of(), requests -> reply(through(dropping(through(text(requests))))));
    check(batches, Map.of(), requests -> reply(dropping(through(through(text(requests))))));
  }

  private static Dataset<Row> text(Dataset<Row> requests) {
    return ContinuousService.text(requests);
  }

  private static Dataset<Row> dropping(Dataset<Row> rows) {
    return rows.filter(col("value").equalTo("keep"));
  }

  private static Dataset<Row> through(Dataset<Row> rows) {
    BatchFunction same = batch -> batch.stream().map(row -> row.getString(0)).toList();
    return Serving.withFunction(rows, "value", same, DataTypes.StringType, col("value"));
  }

  @ParameterizedTest
  @EnumSource
  void soIsOneThatAJoinOrAnEmptyArrayDrops(LongBatches batches) throws Exception {
    Dataset<Row> table =
        spark
            .createDataset(List.of("keep"), Encoders.STRING())
            .toDF("known")
            .groupBy("known")
            .count();
    check(
        batches,
        Map.of(),
        requests -> {
          Dataset<Row> rows = ContinuousService.text(requests);
          Dataset<Row> joined = rows.join(broadcast(table), col("value").equalTo(col("known")));
          return reply(joined.select(col("id"), explode(split(col("known"), ",")).as("value")));
        });
  }

  @ParameterizedTest
  @EnumSource
  void whereRowsMayBeHeldBackNoReplyAfterEndsThem(LongBatches batches) throws Exception {
    check(
        batches,
        Map.of("noReplyAfter", "1s"),
        requests -> {
          Dataset<Row> rows = kept(requests);
          MapPartitionsFunction<Row, Row> same = each -> each;
          return reply(rows.mapPartitions(same, Encoders.row(rows.schema())));
        });
  }
}
