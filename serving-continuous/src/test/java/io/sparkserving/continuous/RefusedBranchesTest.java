package io.sparkserving.continuous;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.Serving;
import io.sparkserving.testing.SparkSessions;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queries whose readers go on, and read the same requests twice. */
class RefusedBranchesTest {
  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[4]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @ParameterizedTest
  @EnumSource(names = {"CONTINUOUS", "REAL_TIME"})
  void theHelpersStartThrowsAndLeavesNoService(Mode mode) {
    String name = mode.service("branched");
    assertThatThrownBy(
            () ->
                ContinuousService.writer(
                        spark, mode, name, 0, Map.of("numPartitions", "1"), this::branches)
                    .start())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("'" + name + "' more than once")
        .hasMessageContaining("when(...).otherwise(...)");
    assertThatThrownBy(() -> Serving.serviceInfo(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Dataset<Row> branches(Dataset<Row> requests) {
    Dataset<Row> echo = ContinuousService.echo(requests);
    return echo.filter(col("value").equalTo("one"))
        .union(echo.filter(col("value").notEqual("one")));
  }
}
