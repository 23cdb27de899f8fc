package io.sparkserving.protocols;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.BatchFunction;
import io.sparkserving.HttpErrorException;
import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service that speaks as MLflow's scoring server does, over real sockets. */
class MlflowServiceTest {
  private static final StructType SCHEMA = StructType.fromDDL("a INT, b INT");
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
    ServingReader reader = mode.from(Serving.readStream(spark));
    Dataset<Row> rows = reader.address("localhost", 0, "adder").option("protocol", "mlflow").load();
    BatchFunction sum =
        batch ->
            batch.stream()
                .map(
                    row -> {
                      if (row.getInt(0) < 0) {
                        throw new HttpErrorException(422, "Not below 0");
                      }
                      return (Object) (row.getInt(0) + row.getInt(1));
                    })
                .toList();
    Dataset<Row> replies =
        Serving.makeReply(
            Serving.withFunction(
                    Serving.parseRequest(rows, null, SCHEMA, "id", "request", "full"),
                    "sum",
                    sum,
                    DataTypes.IntegerType,
                    col("a"),
                    col("b"))
                .withColumn("sum", struct(col("sum"))),
            "sum");
    return mode.to(Serving.writeStream(replies)).replyTo("adder").start();
  }

  private static RawRequest invocation(String contentType, String body) {
    return RawRequest.of("POST", "/invocations")
        .header("Content-Type", contentType)
        .body(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static void assertError(RawResponse response, int status, String code, String message) {
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.headers("Content-Type")).containsExactly("application/json");
    assertThat(response.text()).contains("\"error_code\":\"" + code + "\"").contains(message);
  }

  @ParameterizedTest
  @EnumSource
  void itAnswersAsTheScoringServerDoes(ProtocolMode mode) throws Exception {
    StreamingQuery query = start(mode);
    int port = Serving.serviceInfo("adder").get(0).port();
    String json = "application/json; charset=utf-8";
    try (RawHttp http = RawHttp.connect(port)) {
      for (String path : List.of("/ping", "/health")) {
        RawResponse health = http.call(RawRequest.get(path));
        assertThat(health.status()).isEqualTo(200);
        assertThat(health.text()).isEqualTo("\n");
      }
      assertThat(http.call(RawRequest.get("/version")).status()).isEqualTo(200);
      String split = "{'dataframe_split':{'columns':['b','a'],'data':[[1,2],[3,4]]}}";
      assertThat(http.call(invocation(json, split)).text())
          .isEqualTo("{\"predictions\": [{\"sum\":3},{\"sum\":7}]}");
      assertThat(http.call(invocation("application/json", "{'inputs':{'a':[5],'b':[6]}}")).text())
          .isEqualTo("{\"predictions\": [{\"sum\":11}]}");
      assertThat(http.call(invocation("text/csv", "b,a\n1,2\n3,4\n")).text())
          .isEqualTo("{\"predictions\": [{\"sum\":3},{\"sum\":7}]}");

      assertError(
          http.call(invocation(json, "{'instances':[[1]]}")), 400, "BAD_REQUEST", "row 0 of");
      assertError(http.call(invocation(json, "[1]")), 400, "BAD_REQUEST", "exactly one of");
      assertError(
          http.call(invocation(json, "{'inputs':{'a':[5,6]}}")), 400, "BAD_REQUEST", "record 0: b");
      assertError(
          http.call(invocation(json, "{'inputs':{'a':[5,-1],'b':[6,7]}}")),
          422,
          "BAD_REQUEST",
          "Record 1: Not below 0");
      for (String type : List.of("text/plain", "application/json; charset=latin1", "image/png")) {
        RawResponse refused = http.call(invocation(type, "{}"));
        assertThat(refused.status()).as(type).isEqualTo(415);
        assertThat(refused.header("Content-Type").orElse("")).startsWith("text/plain");
      }
      assertError(http.call(RawRequest.get("/invocations")), 405, "BAD_REQUEST", "Expected a POST");
      assertError(http.call(RawRequest.post("/adder", "{}")), 404, "ENDPOINT_NOT_FOUND", "No such");
      assertThat(http.call(RawRequest.get("/readyz")).status()).isEqualTo(200);
    } finally {
      query.stop();
    }
  }
}
