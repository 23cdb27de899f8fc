package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.SparkSessions;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Spark's own assembler of features fails its task on a null, where Spark tries none twice. */
class HeadFeaturesTest {
  private static final String GOOD = "{\"a\":1.5,\"b\":2}";
  private static final String BAD = "{\"a\":1.5}";

  @Test
  void aClientThatLeavesAFeatureOutIsAnswered500AndAloneSo() throws Exception {
    try (SparkSession spark = SparkSessions.start("local[*]")) {
      Dataset<Row> requests =
          Serving.parseRequest(
              Serving.readStream(spark).server().address("localhost", 0, "features").load(),
              new StructType().add("a", "double").add("b", "double"));
      Dataset<Row> assembled =
          new VectorAssembler()
              .setInputCols(new String[] {"a", "b"})
              .setOutputCol("prediction")
              .transform(requests);
      StreamingQuery query =
          Serving.writeStream(Serving.makeReply(assembled, "prediction"))
              .server()
              .replyTo("features")
              .start();
      int port = Serving.serviceInfo("features").get(0).port();
      try (RawHttp first = RawHttp.connect(port);
          RawHttp second = RawHttp.connect(port);
          RawHttp bad = RawHttp.connect(port)) {
        for (int i = 0; i < 3; i++) {
          first.send(RawRequest.post("/features", GOOD));
          bad.send(RawRequest.post("/features", BAD));
          second.send(RawRequest.post("/features", GOOD));
          assertThat(bad.read().status()).isEqualTo(500);
          assertThat(first.read().text()).isEqualTo("{\"prediction\":[1.5,2.0]}");
          assertThat(second.read().text()).isEqualTo("{\"prediction\":[1.5,2.0]}");
        }
      }
      assertThat(query.isActive()).isTrue();
      query.stop();
    }
  }
}
