package io.sparkserving.columns;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.columns.RecordingRefusal.Sent;
import io.sparkserving.task.source.RecordStage;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How often Spark evaluates what parseRequest is made of, whatever plan it makes. */
class EvaluationTest {

  private static final StructType SCHEMA = StructType.fromDDL("foo STRING, bar INT, n INT");
  private static final int REQUESTS = 40;

  /** Ways in which Spark executes the same query. */
  enum Execution {
    CODEGEN(Map.of()),
    NO_WHOLE_STAGE(Map.of("spark.sql.codegen.wholeStage", "false")),
    INTERPRETED(
        Map.of(
            "spark.sql.codegen.wholeStage",
            "false",
            "spark.sql.codegen.factoryMode",
            "NO_CODEGEN")),
    NOT_ADAPTIVE(Map.of("spark.sql.adaptive.enabled", "false"));

    private final Map<String, String> settings;

    Execution(Map<String, String> settings) {
      this.settings = settings;
    }
  }

  private final RecordingRefusal refusals = new RecordingRefusal();

  @AfterEach
  void resetSettings() {
    for (Execution execution : Execution.values()) {
      execution.settings.keySet().forEach(LocalSpark.session().conf()::unset);
    }
  }

  private static Dataset<Row> requests() {
    return RequestDataset.of(
        IntStream.range(0, REQUESTS)
            .mapToObj(i -> i % 4 == 0 ? "bad" + i : "{\"foo\":\"a\",\"bar\":1,\"n\":" + i + "}")
            .toArray(String[]::new));
  }

  private Dataset<Row> parsed(Execution execution, ParsingCheck check) {
    execution.settings.forEach(LocalSpark.session().conf()::set);
    return new RequestParsing(refusals, RecordStage::new)
        .parse(RequestColumns.of(requests(), "id", "request"), SCHEMA, check);
  }

  private void assertEachBadRequestIsAnsweredOnce() {
    assertThat(refusals.sent())
        .extracting(Sent::requestId)
        .containsExactlyInAnyOrder(
            IntStream.range(0, REQUESTS / 4)
                .mapToObj(i -> String.valueOf(i * 4))
                .toArray(String[]::new));
  }

  @ParameterizedTest
  @EnumSource
  void onlyBadRequestsAreAnsweredAndEachOnce(Execution execution) {
    assertThat(parsed(execution, ParsingCheck.FULL).collectAsList()).hasSize(REQUESTS * 3 / 4);
    assertEachBadRequestIsAnsweredOnce();
  }

  @ParameterizedTest
  @EnumSource
  void filtersAndProjectionsOfTheUserDoNotMoveTheSending(Execution execution) {
    Dataset<Row> query =
        parsed(execution, ParsingCheck.PARTIAL)
            .filter(col("n").gt(10).and(length(col("foo")).gt(0)))
            .select(col("id"), col("bar").plus(col("n")).as("sum"))
            .filter(col("sum").gt(12).and(col("id.requestId").notEqual("13")));

    assertThat(query.collectAsList()).hasSize(20);
    assertEachBadRequestIsAnsweredOnce();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotSelectedIsStillChecked(Execution execution) {
    assertThat(parsed(execution, ParsingCheck.PARTIAL).select("id").collectAsList()).hasSize(30);
    assertEachBadRequestIsAnsweredOnce();
  }

  @ParameterizedTest
  @EnumSource
  void shufflesAndAggregationsDoNotRepeatTheSending(Execution execution) {
    Dataset<Row> parsed = parsed(execution, ParsingCheck.FULL);
    Dataset<Row> table = LocalSpark.session().range(100).selectExpr("cast(id AS int) AS n");

    Dataset<Row> query =
        parsed.repartition(3, col("n")).join(table.hint("merge"), "n").groupBy("bar").count();

    assertThat(query.collectAsList().get(0).getLong(1)).isEqualTo(30);
    assertEachBadRequestIsAnsweredOnce();
  }

  @ParameterizedTest
  @EnumSource
  void jsonIsParsedOnceARowWhateverFiltersFollow(Execution execution) {
    for (ParsingCheck check : ParsingCheck.values()) {
      Dataset<Row> query =
          parsed(execution, check)
              .filter(col("foo").isNotNull().and(col("bar").gt(0)))
              .withColumn("more", length(col("foo")))
              .filter(col("more").gt(col("n")));

      assertThat(timesInOptimizedPlan("from_json(", query)).as("check %s", check).isEqualTo(1);
    }
  }

  private static int timesInOptimizedPlan(String part, Dataset<Row> query) {
    query.createOrReplaceTempView("evaluated");
    String plan =
        LocalSpark.session()
            .sql("EXPLAIN EXTENDED SELECT * FROM evaluated")
            .collectAsList()
            .get(0)
            .getString(0);
    int from = plan.indexOf("== Optimized Logical Plan ==");
    int to = plan.indexOf("== Physical Plan ==");
    String optimized = plan.substring(from, to);
    return optimized.split(Pattern.quote(part), -1).length - 1;
  }
}
