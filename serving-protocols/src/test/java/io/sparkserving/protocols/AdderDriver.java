package io.sparkserving.protocols;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import io.sparkserving.Serving;
import io.sparkserving.testing.SparkSessions;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.StructType;
import org.awaitility.Awaitility;

/**
 * A driver program that is to be frozen, whose service speaks the Open Inference Protocol on an
 * executor. Its argument is Spark's master. Prints the port.
 */
final class AdderDriver {
  static final String NAME = "adder";
  static final String PORT = "port:";

  private AdderDriver() {}

  public static void main(String[] arguments) throws Exception {
    SparkSession spark =
        SparkSessions.start(
            arguments[0],
            Map.of("spark.executor.extraClassPath", System.getProperty("java.class.path")));
    Dataset<Row> rows =
        Serving.readStream(spark)
            .continuousServer()
            .address("localhost", 0, NAME)
            .option("protocol", "open-inference")
            .option("numPartitions", 1)
            .load();
    Dataset<Row> replies =
        Serving.parseRequest(rows, StructType.fromDDL("a SMALLINT"))
            .withColumn("out", struct(col("a")));
    StreamingQuery query =
        Serving.writeStream(Serving.makeReply(replies, "out"))
            .continuousServer()
            .replyTo(NAME)
            .start();
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> !Serving.serviceInfo(NAME).isEmpty());
    System.out.println(PORT + Serving.serviceInfo(NAME).get(0).port());
    System.out.println(NAME);
    query.awaitTermination();
  }
}
