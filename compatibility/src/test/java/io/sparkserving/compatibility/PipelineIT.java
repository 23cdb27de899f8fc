package io.sparkserving.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.Serving;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A fitted machine learning pipeline behind HTTP, its answers held against its batch results. */
final class PipelineIT {
  private static final StructType SCHEMA = new StructType().add("text", DataTypes.StringType);
  private static final List<String> TEXTS = List.of("spark serves requests", "nothing to see here");
  private static PipelineModel model;

  @BeforeAll
  static void fit() {
    Dataset<Row> training =
        LocalSpark.SESSION.createDataFrame(
            List.of(
                RowFactory.create("a spark that serves", 1.0),
                RowFactory.create("many requests for spark", 1.0),
                RowFactory.create("nothing at all", 0.0),
                RowFactory.create("to see here is to wait", 0.0)),
            SCHEMA.add("label", DataTypes.DoubleType));
    PipelineStage[] stages = {
      new Tokenizer().setInputCol("text").setOutputCol("words"),
      new HashingTF().setInputCol("words").setOutputCol("features").setNumFeatures(1_000),
      new LogisticRegression().setMaxIter(10).setRegParam(0.01)
    };
    model = new Pipeline().setStages(stages).fit(training);
  }

  @Test
  void repliesWithThePrediction() throws Exception {
    try (RunningService service = serve("prediction")) {
      for (String text : TEXTS) {
        JsonNode reply = reply(service, text);

        assertThat(reply.get("prediction").doubleValue())
            .as(text)
            .isEqualTo(batchResult(text).<Double>getAs("prediction"));
      }
      assertThat(reply(service, TEXTS.get(0))).isNotEqualTo(reply(service, TEXTS.get(1)));
    }
  }

  @Test
  void repliesWithTheProbabilityVector() throws Exception {
    try (RunningService service = serve("probability")) {
      for (String text : TEXTS) {
        JsonNode probability = reply(service, text).get("probability");
        Vector expected = batchResult(text).getAs("probability");

        assertThat(probability.size()).as(text).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
          assertThat(probability.get(i).doubleValue()).isCloseTo(expected.apply(i), within(1e-12));
        }
      }
    }
  }

  private static RunningService serve(String column) throws Exception {
    Dataset<Row> requests =
        Serving.parseRequest(
            Serving.readStream(LocalSpark.SESSION).server().address("localhost", 0, column).load(),
            SCHEMA);
    Dataset<Row> replies = Serving.makeReply(model.transform(requests), column);
    return RunningService.of(column, Serving.writeStream(replies).server().replyTo(column).start());
  }

  private static JsonNode reply(RunningService service, String text) throws Exception {
    return new ObjectMapper().readTree(service.post("{\"text\":\"" + text + "\"}").body());
  }

  private static Row batchResult(String text) {
    return model
        .transform(LocalSpark.SESSION.createDataFrame(List.of(RowFactory.create(text)), SCHEMA))
        .first();
  }
}
