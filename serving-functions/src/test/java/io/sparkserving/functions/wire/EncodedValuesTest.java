package io.sparkserving.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors hold what Spark hands out, and Spark takes what vectors held. */
class EncodedValuesTest {
  private static final SparkSession SPARK =
      SparkSession.builder()
          .master("local[1]")
          .config("spark.ui.enabled", false)
          .config("spark.sql.shuffle.partitions", 1)
          .getOrCreate();

  @AfterAll
  static void stop() {
    SPARK.stop();
  }

  private static Row throughAVector(Row row, StructType type, boolean java8Time) {
    FrameOutput out = new FrameOutput(1 << 20);
    out.begin(Frames.BATCH);
    VectorWriter.of(type).write(out, new Object[] {row}, 1);
    VectorReader reader = VectorReader.of(type, java8Time);
    return (Row) reader.read(out.end().position(Frames.HEADER_BYTES), 1)[0];
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsOfSparkGoThroughVectorsAndBackToSpark(boolean java8Time) {
    SPARK.conf().set("spark.sql.datetime.java8API.enabled", java8Time);
    StructType type = SampleValues.type();
    Encoder<Row> encoder = Encoders.row(type);
    List<Row> rows = SampleValues.rows(java8Time);
    Dataset<Row> given = SPARK.createDataset(rows, encoder);
    Dataset<Row> moved =
        given
            .repartition(1)
            .map((MapFunction<Row, Row>) row -> throughAVector(row, type, java8Time), encoder)
            .repartition(1);
    assertThat(moved.collectAsList())
        .hasSize(3)
        .containsExactlyInAnyOrderElementsOf(given.collectAsList());
    assertThat(given.collectAsList()).isEqualTo(rows);
  }
}
