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
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors as bytes behind the JSON, over real sockets. */
class BinaryTensorServiceTest {
  private static final StructType SCHEMA =
      StructType.fromDDL("a INT, b FLOAT, s STRING, raw BINARY");
  private static final String LENGTH = "Inference-Header-Content-Length";

  /** Two rows. */
  private static final String INPUTS =
      "'inputs':[{'name':'a','shape':[2,1],'datatype':'INT32','parameters':{'binary_data_size':8}},"
          + "{'name':'b','shape':[2],'datatype':'FP32','data':[0.5,1]},"
          + "{'name':'s','shape':[2],'datatype':'BYTES','parameters':{'binary_data_size':11}},"
          + "{'name':'raw','shape':[2,1],'datatype':'BYTES','parameters':{'binary_data_size':10}}]";

  private static final String BYTES =
      "01000000ffffffff" + "0100000078" + "02000000c3bc" + "02000000fffe" + "00000000";

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
                        concat(col("s"), lit("!")).as("shout"),
                        col("raw"))),
            "out");
    return mode.to(Serving.writeStream(replies)).replyTo("adder").start();
  }

  private static byte[] body(String json, String hex) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    body.writeBytes(HexFormat.of().parseHex(hex));
    return body.toByteArray();
  }

  private static RawRequest infer(Object length, byte[] body) {
    return RawRequest.of("POST", "/v2/models/adder/infer")
        .header(LENGTH, length.toString())
        .body(body);
  }

  private static RawRequest infer(String json, String hex) {
    return infer(json.getBytes(StandardCharsets.UTF_8).length, body(json, hex));
  }

  private static JsonNode json(RawResponse response) {
    int length = Integer.parseInt(response.headers(LENGTH).get(0));
    return ProtocolJson.read(Arrays.copyOf(response.body(), length));
  }

  private static String behind(RawResponse response) {
    int length = Integer.parseInt(response.headers(LENGTH).get(0));
    return HexFormat.of().formatHex(response.body(), length, response.body().length);
  }

  @ParameterizedTest
  @EnumSource
  void tensorsAreBytes(ProtocolMode mode) throws Exception {
    StreamingQuery query = start(mode);
    try (RawHttp http = RawHttp.connect(Serving.serviceInfo("adder").get(0).port())) {
      RawResponse all =
          http.call(
              infer("{'id':'q','parameters':{'binary_data_output':true}," + INPUTS + "}", BYTES));
      assertThat(all.status()).as(all.text()).isEqualTo(200);
      assertThat(all.headers("Content-Type")).containsExactly("application/octet-stream");
      assertThat(json(all).get("id").textValue()).isEqualTo("q");
      assertThat(json(all).get("outputs").get(0))
          .hasToString(
              "{\"name\":\"next\",\"datatype\":\"INT32\",\"shape\":[2,1],"
                  + "\"parameters\":{\"binary_data_size\":8}}");
      assertThat(behind(all))
          .isEqualTo(
              "0200000000000000"
                  + "0000003f0000803f"
                  + "020000007821"
                  + "03000000c3bc21"
                  + "02000000fffe"
                  + "00000000");

      RawResponse some =
          http.call(
              infer(
                  "{"
                      + INPUTS
                      + ",'outputs':[{'parameters':{'binary_data':true},'name':'b'},"
                      + "{'name':'shout'}]}",
                  BYTES));
      assertThat(json(some).at("/outputs/1/data")).hasToString("[\"x!\",\"ü!\"]");
      assertThat(behind(some)).isEqualTo("0000003f0000803f");

      RawResponse plain = http.call(infer("{" + INPUTS + "}", BYTES));
      assertThat(plain.headers(LENGTH)).isEmpty();
      assertThat(ProtocolJson.read(plain.body()).at("/outputs/3/data"))
          .hasToString("[\"//4=\",\"\"]");

      String lacking =
          "{'parameters':{'binary_data_output':true},'inputs':["
              + "{'name':'b',"
              + "'shape':[1],'datatype':'FP32','parameters':{'binary_data_size':4}}]}";
      assertThat(http.call(infer(lacking, "0000803f")).status()).isEqualTo(200);
    } finally {
      query.stop();
    }
  }

  @ParameterizedTest
  @EnumSource
  void badLengthsAreRefusedAndTheNextRequestIsAnswered(ProtocolMode mode) throws Exception {
    StreamingQuery query = start(mode);
    try (RawHttp http = RawHttp.connect(Serving.serviceInfo("adder").get(0).port())) {
      byte[] good = body("{" + INPUTS + "}", BYTES);
      for (String length : List.of("-1", "x", "99999", "99999999999999", "", "1.5")) {
        RawResponse refused = http.call(infer(length, good));
        assertThat(refused.status()).as(length).isEqualTo(400);
        assertThat(refused.text())
            .contains("The header '" + LENGTH + "'", "expected how many of the body's");
      }
      assertThat(http.call(infer(7, good)).text()).contains("The body is not JSON");
      assertThat(
              http.call(infer("{" + INPUTS + "}", BYTES.substring(0, BYTES.length() - 2))).text())
          .contains("The input 'raw' has a binary_data_size of 10, but 9 bytes are left");
      assertThat(http.call(infer("{" + INPUTS + "}", BYTES + "00")).text())
          .contains("1 bytes more than the binary_data_size of its inputs");
      assertThat(http.call(RawRequest.post("/v2/models/adder/infer", good)).status())
          .isEqualTo(400);
      Random random = new Random(7);
      for (int i = 0; i < 40; i++) {
        byte[] damaged = good.clone();
        int json = good.length - BYTES.length() / 2;
        for (int j = 0; j < 3; j++) {
          damaged[json + random.nextInt(BYTES.length() / 2)] = (byte) random.nextInt();
        }
        assertThat(http.call(infer(json, damaged)).status()).isIn(200, 400);
      }
      assertThat(http.call(infer("{" + INPUTS + "}", BYTES)).status()).isEqualTo(200);
    } finally {
      query.stop();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatACompressedRequestSaysIsHeeded(ProtocolMode mode) throws Exception {
    StreamingQuery query = start(mode);
    try (RawHttp http = RawHttp.connect(Serving.serviceInfo("adder").get(0).port())) {
      String json = "{'id':'zipped'," + INPUTS + ",'outputs':[{'name':'shout'}]}";
      byte[] body = body(json, BYTES);
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
        gzip.write(body);
      }
      RawRequest whole =
          RawRequest.of("POST", "/v2/models/adder/infer")
              .header(LENGTH, Integer.toString(body.length - BYTES.length() / 2))
              .header("Content-Encoding", "gzip");
      for (RawRequest request :
          List.of(
              whole.body(compressed.toByteArray()),
              whole.chunked(compressed.toByteArray(), 7),
              whole.chunked(compressed.toByteArray(), 1))) {
        RawResponse answer = http.call(request);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode reply = ProtocolJson.read(answer.body());
        assertThat(reply.get("id").textValue()).isEqualTo("zipped");
        assertThat(reply.get("outputs").findValuesAsText("name")).containsExactly("shout");
      }
    } finally {
      query.stop();
    }
  }
}
