package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.sparkserving.Serving;
import io.sparkserving.testing.SparkSessions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;

/**
 * A driver program to be killed: echoes bodies, but stays in its batch for ever once one says
 * "hold", and fails on "fail". The first restart comes at once, a second in a row after an hour.
 * Arguments: port, checkpoint location.
 */
final class HeldDriver {

  static final String NAME = "held";
  static final String SERVING = "serving";
  static final String HOLDING = "holding";

  private static final long MOMENT_MILLIS = 500;

  private HeldDriver() {}

  public static void main(String[] arguments) throws Exception {
    SparkSession spark = SparkSessions.start("local[2]");
    Dataset<Row> requests =
        Serving.readStream(spark)
            .server()
            .address("localhost", Integer.parseInt(arguments[0]), NAME)
            .option("maxRequestAttempts", 100)
            .load();
    Dataset<Row> text =
        HeadPipelines.text(requests)
            .withColumn(
                "value",
                udf((UDF1<String, String>) HeldDriver::echo, DataTypes.StringType)
                    .apply(col("value")));
    StreamingQuery query =
        Serving.writeStream(Serving.makeReply(text, "value"))
            .server()
            .replyTo(NAME)
            .option("checkpointLocation", arguments[1])
            .option("backoff", "1h")
            .option("maxBackoff", "1h")
            .start();
    System.out.println(SERVING);
    query.awaitTermination();
  }

  private static String echo(String text) throws InterruptedException {
    if (text.equals("hold")) {
      System.out.println(HOLDING);
      holdForEver();
    }
    if (text.equals("fail")) {
      throw new IllegalStateException("Cannot echo this");
    }
    return text;
  }

  /** Unless interrupted; and then it takes a moment to end, as tasks do. */
  private static void holdForEver() throws InterruptedException {
    try {
      new CountDownLatch(1).await();
    } finally {
      new CountDownLatch(1).await(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
