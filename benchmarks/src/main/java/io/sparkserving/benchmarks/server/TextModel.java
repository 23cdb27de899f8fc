package io.sparkserving.benchmarks.server;

import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The model of the workload {@code ml}: Tokenizer, HashingTF, LogisticRegression. */
final class TextModel {
  static final StructType REQUEST = new StructType().add("text", DataTypes.StringType);

  private TextModel() {}

  /** Trains the model anew; the result is the same every time. */
  static PipelineModel train(SparkSession spark) {
    Dataset<Row> training =
        spark.createDataFrame(
            List.of(
                RowFactory.create("a spark that serves", 1.0),
                RowFactory.create("many requests for spark", 1.0),
                RowFactory.create("nothing at all", 0.0),
                RowFactory.create("to see here is to wait", 0.0)),
            REQUEST.add("label", DataTypes.DoubleType));
    PipelineStage[] stages = {
      new Tokenizer().setInputCol("text").setOutputCol("words"),
      new HashingTF().setInputCol("words").setOutputCol("features").setNumFeatures(1_000),
      new LogisticRegression().setMaxIter(10).setRegParam(0.01)
    };
    return new Pipeline().setStages(stages).fit(training);
  }
}
