package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import io.sparkserving.testing.Volume;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One request in fifty is bad, in one of twenty ways, where Spark tries no task twice. */
@Tag("everything")
@Tag("long")
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class HeadBadRequestsTest {
  private static final int ONE_IN = 50;

  /** Bodies that the parser refuses or on which the query fails. */
  private static final List<String> BAD =
      List.of(
          "",
          "not JSON",
          "[]",
          "7",
          "{",
          "{\"how\":\"cast\",\"text\":\"seven\"}",
          "{\"how\":\"cast\",\"text\":\"\"}",
          "{\"how\":\"cast\",\"text\":\"3000000000\"}",
          "{\"how\":\"date\",\"text\":\"2024-02-30\"}",
          "{\"how\":\"timestamp\",\"text\":\"noon\"}",
          "{\"how\":\"url\",\"text\":\"http://host/%zz\"}",
          "{\"how\":\"divide\",\"text\":\"0\"}",
          "{\"how\":\"element\",\"text\":\"9\"}",
          "{\"how\":\"overflow\",\"text\":\"2147483647\"}",
          "{\"how\":\"raise\",\"text\":\"x\"}",
          "{\"how\":\"null\",\"text\":null}",
          "{\"how\":\"number\",\"text\":\"x\"}",
          "{\"how\":\"index\",\"text\":\"x\"}",
          "{\"how\":\"error\",\"text\":\"x\"}",
          "{\"how\":\"class\",\"text\":\"x\"}");

  @Test
  void noGoodRequestSuffersFromBadOnes() throws Exception {
    int requests = Volume.of(2_000);
    try (SparkSession spark =
        SparkSessions.start("local[*]", Map.of("spark.sql.ansi.enabled", "true"))) {
      Dataset<Row> bodies =
          Serving.parseRequest(
              Serving.readStream(spark).server().address("localhost", 0, "mixed").load(),
              new StructType().add("how", "string").add("text", "string"));
      StreamingQuery query =
          Serving.writeStream(Serving.makeReply(computed(bodies), "value"))
              .server()
              .replyTo("mixed")
              .start();
      int port = Serving.serviceInfo("mixed").get(0).port();
      LoadReport report =
          new LoadClient(port, 16, requests, Duration.ofMinutes(50))
              .run(HeadBadRequestsTest::request, HeadBadRequestsTest::isFit);

      System.out.printf(
          "%d requests, of them %d bad: %s, %.0f/s%n",
          requests, requests / ONE_IN, report.byStatus(), report.requestsPerSecond());
      assertThat(report.errors()).as("%s", report).isZero();
      assertThat(report.mismatches()).as("%s", report).isZero();
      assertThat(query.isActive()).isTrue();
      query.stop();
    }
  }

  private static Dataset<Row> computed(Dataset<Row> bodies) {
    Dataset<Row> computed =
        bodies.withColumn(
            "value",
            expr(
                "CASE how WHEN 'cast' THEN CAST(CAST(text AS INT) AS STRING)"
                    + " WHEN 'date' THEN CAST(CAST(text AS DATE) AS STRING)"
                    + " WHEN 'timestamp' THEN CAST(CAST(text AS TIMESTAMP) AS STRING)"
                    + " WHEN 'url' THEN parse_url(text, 'HOST')"
                    + " WHEN 'divide' THEN CAST(1 / CAST(text AS INT) AS STRING)"
                    + " WHEN 'element' THEN element_at(array('a', 'b'), CAST(text AS INT))"
                    + " WHEN 'overflow' THEN CAST(CAST(text AS INT) + 1 AS STRING)"
                    + " WHEN 'error' THEN raise_error(text)"
                    + " ELSE text END"));
    return computed.withColumn(
        "value",
        udf((UDF1<Row, String>) HeadBadRequestsTest::compute, DataTypes.StringType)
            .asNondeterministic()
            .apply(struct(col("how"), col("value"))));
  }

  private static String compute(Row row) {
    String text = row.getString(1);
    return switch (row.getString(0)) {
      case "raise" -> throw new IllegalStateException("Cannot compute");
      case "null" -> Integer.toString(text.length());
      case "number" -> Integer.toString(Integer.parseInt(text));
      case "index" -> text.substring(7);
      case "class" -> throw new NoClassDefFoundError("io/example/Missing");
      default -> text;
    };
  }

  private static boolean isBad(int number) {
    return number % ONE_IN == ONE_IN / 2;
  }

  private static RawRequest request(int number) {
    return RawRequest.post(
        "/mixed",
        isBad(number)
            ? BAD.get(number / ONE_IN % BAD.size())
            : "{\"how\":\"cast\",\"text\":\"%d\"}".formatted(number));
  }

  private static boolean isFit(int number, RawResponse response) {
    return isBad(number)
        ? response.status() >= 400 && response.status() < 600
        : response.status() == 200 && response.text().equals(Integer.toString(number));
  }
}
