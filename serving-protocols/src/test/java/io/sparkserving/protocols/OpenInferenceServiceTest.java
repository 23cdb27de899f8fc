package io.sparkserving.protocols;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkserving.Serving;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service that speaks the Open Inference Protocol, over real sockets. */
class OpenInferenceServiceTest {
  private static final StructType SCHEMA = StructType.fromDDL("a INT, b FLOAT, s STRING");
  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[4]", Map.of());
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  private static StreamingQuery start(ProtocolMode mode) throws Exception {
    Dataset<Row> rows =
        mode.from(Serving.readStream(spark))
            .address("localhost", 0, "adder")
            .option("protocol", "open-inference")
            .load();
    Dataset<Row> replies =
        Serving.makeReply(
            Serving.parseRequest(rows, null, SCHEMA, "id", "request", "types")
                .withColumn(
                    "out",
                    struct(
                        col("a").plus(1).as("next"),
                        col("b"),
                        concat(col("s"), lit("!")).as("shout"))),
            "out");
    return mode.to(Serving.writeStream(replies)).replyTo("adder").start();
  }

  private static JsonNode tree(RawResponse response, int status) {
    assertThat(response.status()).as(response.text()).isEqualTo(status);
    assertThat(response.headers("Content-Type")).containsExactly("application/json");
    return ProtocolJson.read(response.body());
  }

  private static RawRequest infer(String model, String body) {
    return RawRequest.post("/v2/models/" + model + "/infer", body.replace('\'', '"'));
  }

  @ParameterizedTest
  @EnumSource
  void itAnswersAsInferenceServersDo(ProtocolMode mode) throws Exception {
    StreamingQuery query = start(mode);
    int port = Serving.serviceInfo("adder").get(0).port();
    String inputs =
        "'inputs':[{'name':'a','shape':[2,1],'datatype':'INT32','data':[1,2]},"
            + "{'name':'b','shape':[2],'datatype':'FP32','data':[0.5,1]},"
            + "{'name':'s','shape':[2,1],'datatype':'BYTES','data':['x','ü']}]";
    try (RawHttp http = RawHttp.connect(port)) {
      JsonNode all = tree(http.call(infer("adder", "{'id':'q7'," + inputs + "}")), 200);
      assertThat(all.get("model_name").textValue()).isEqualTo("adder");
      assertThat(all.get("id").textValue()).isEqualTo("q7");
      assertThat(all.get("outputs").get(0))
          .hasToString("{\"name\":\"next\",\"datatype\":\"INT32\",\"shape\":[2,1],\"data\":[2,3]}");
      assertThat(all.at("/outputs/1/datatype").textValue()).isEqualTo("FP32");
      assertThat(all.at("/outputs/2/data")).hasToString("[\"x!\",\"ü!\"]");

      String wanted =
          "{'outputs':[{'name':'shout'},{'name':'next','parameters':{'x':1}}]," + inputs;
      JsonNode some = tree(http.call(infer("adder/versions/3", wanted + "}")), 200);
      assertThat(some.has("id")).isFalse();
      assertThat(some.get("model_version").textValue()).isEqualTo("3");
      assertThat(some.get("outputs").findValuesAsText("name")).containsExactly("shout", "next");
      assertThat(tree(http.call(infer("adder", "{'outputs':[{'name':'no'}]," + inputs + "}")), 400))
          .hasToString("{\"error\":\"No output is named 'no': expected some of next, b, shout.\"}");

      assertThat(tree(http.call(infer("adder", "{'inputs':[]}")), 400).get("error").textValue())
          .contains("the array inputs");
      assertThat(tree(http.call(infer("other", "{}")), 404).get("error").textValue())
          .contains("No model is named 'other'");
      String wrong = "{'inputs':[{'name':'a','shape':[1],'datatype':'FP64','data':[0.5]}]}";
      assertThat(tree(http.call(infer("adder", wrong)), 400).get("error").textValue())
          .contains("'[0].a' is 0.5, expected int");

      JsonNode described = tree(http.call(RawRequest.get("/v2/models/adder")), 200);
      assertThat(described.get("inputs"))
          .hasToString(
              "[{\"name\":\"a\",\"datatype\":\"INT32\",\"shape\":[-1,1]},"
                  + "{\"name\":\"b\",\"datatype\":\"FP32\",\"shape\":[-1,1]},"
                  + "{\"name\":\"s\",\"datatype\":\"BYTES\",\"shape\":[-1,1]}]");
      assertThat(described.get("outputs").findValuesAsText("name"))
          .containsExactly("next", "b", "shout");
      assertThat(tree(http.call(RawRequest.get("/v2")), 200).get("extensions"))
          .hasToString("[\"binary_tensor_data\"]");
      for (String path :
          new String[] {
            "/v2/health/live",
            "/v2/health/ready",
            "/v2/models/adder/ready",
            "/v2/models/adder/versions/1/ready",
            "/v1/models/adder",
            "/v1/models"
          }) {
        tree(http.call(RawRequest.get(path)), 200);
      }
      tree(http.call(RawRequest.get("/v2/models/other/ready")), 404);
      tree(http.call(RawRequest.get("/adder")), 404);
      tree(http.call(RawRequest.get("/v2/models/adder/infer")), 405);

      RawRequest first =
          RawRequest.post("/v1/models/adder:predict", "{\"instances\":[{\"a\":1,\"s\":\"y\"}]}");
      assertThat(tree(http.call(first), 200))
          .hasToString("{\"predictions\":[{\"next\":2,\"shout\":\"y!\"}]}");
    } finally {
      query.stop();
    }
  }
}
