package io.sparkserving.benchmarks.server;

import java.util.Locale;
import java.util.TreeMap;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.SparkSession;

/** {@link TextModel}, evaluated for one text by plain calls. */
final class DirectTextModel {
  private final HashingTF hashing;
  private final LogisticRegressionModel classifier;

  private DirectTextModel(PipelineModel trained) {
    this.hashing = (HashingTF) trained.stages()[1];
    this.classifier = (LogisticRegressionModel) trained.stages()[2];
  }

  /** Trains the model in a Spark that ends with the training. */
  static DirectTextModel train() {
    SparkSession spark = SparkSession.builder().appName("Training").getOrCreate();
    try {
      return new DirectTextModel(TextModel.train(spark));
    } finally {
      spark.stop();
    }
  }

  double predict(String text) {
    TreeMap<Integer, Double> counts = new TreeMap<>();
    for (String word : text.toLowerCase(Locale.ROOT).split("\\s", 0)) {
      counts.merge(hashing.indexOf(word), 1.0, Double::sum);
    }
    int[] indices = counts.keySet().stream().mapToInt(Integer::intValue).toArray();
    double[] values = counts.values().stream().mapToDouble(Double::doubleValue).toArray();
    Vector features = Vectors.sparse(hashing.getNumFeatures(), indices, values);
    return classifier.predict(features);
  }
}
