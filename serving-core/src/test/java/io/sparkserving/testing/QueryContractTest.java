package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.sparkserving.Serving;
import io.sparkserving.ServingWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What tests of a mode have in common that start its queries by the helpers, where Spark tries no
 * task twice: a session, and services whose name is their path and whose queries make a text of a
 * text.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
abstract class QueryContractTest {
  private static final AtomicBoolean BROKEN = new AtomicBoolean();

  private final TestedMode mode;
  private final String master;
  private final Map<String, String> settings;
  private SparkSession spark;

  QueryContractTest(TestedMode mode, String master, Map<String, String> settings) {
    this.mode = mode;
    this.master = master;
    this.settings = settings;
  }

  @BeforeAll
  final void startSpark() {
    spark = SparkSessions.start(master, settings);
  }

  @AfterAll
  final void stopSpark() {
    spark.stop();
  }

  final SparkSession spark() {
    return spark;
  }

  final TestedMode mode() {
    return mode;
  }

  final Dataset<Row> requests(String name, Map<String, String> options) {
    return mode.from()
        .apply(Serving.readStream(spark))
        .address("localhost", 0, name)
        .options(options)
        .load();
  }

  final ServingWriter writer(
      String name, Map<String, String> options, UnaryOperator<Dataset<Row>> textToText) {
    Dataset<Row> text = Serving.parseRequest(requests(name, options), DataTypes.StringType);
    Dataset<Row> replies = Serving.makeReply(textToText.apply(text), "value");
    return mode.to().apply(Serving.writeStream(replies)).replyTo(name);
  }

  /** A query that gives each text back until it is told to break down, and then only fails. */
  final ServingWriter breaking(String name) {
    BROKEN.set(false);
    return writer(
        name,
        Map.of("numPartitions", "2", "maxRequestAttempts", "100"),
        text -> withValue(text, QueryContractTest::giveBack));
  }

  static void breakDown() {
    BROKEN.set(true);
  }

  private static String giveBack(String text) {
    if (BROKEN.get()) {
      throw new IllegalStateException("Cannot go on");
    }
    return text;
  }

  /** The texts as a function leaves them. */
  static Dataset<Row> withValue(Dataset<Row> text, UDF1<String, String> function) {
    return text.withColumn(
        "value", udf(function, DataTypes.StringType).asNondeterministic().apply(col("value")));
  }

  static int port(String name) {
    return Serving.serviceInfo(name).get(0).port();
  }

  static RawResponse post(int port, String name, String body) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.readTimeout(Duration.ofSeconds(70)).call(RawRequest.post("/" + name, body));
    }
  }
}
