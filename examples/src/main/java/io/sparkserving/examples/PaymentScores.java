package io.sparkserving.examples;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.window;

import io.sparkserving.Serving;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Scores each payment by what its user has paid in the same ten minutes. Needs Spark 4.3, where
 * each payment is counted and scored by itself.
 *
 * <pre>{@code
 * spark-submit --jars serving-bundle.jar \
 *     --conf spark.shuffle.streaming.networkBufferMaxWaitTimeMs=1 \
 *     --class io.sparkserving.examples.PaymentScores serving-examples.jar [host] [port]
 * curl -d '{"user":"a","amount":20.0,"time":"2030-01-01T10:00:00Z"}' localhost:8888/score
 * {"payments":1,"score":0.05}
 * }</pre>
 */
public final class PaymentScores {
  private static final StructType PAYMENT =
      new StructType()
          .add("user", DataTypes.StringType)
          .add("amount", DataTypes.DoubleType)
          .add("time", DataTypes.TimestampType);

  private PaymentScores() {}

  /** Serves until it is told to stop, by a signal or by the query's end. */
  public static void main(String[] args) throws Exception {
    String host = args.length > 0 ? args[0] : "localhost";
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 8888;

    SparkSession spark =
        SparkSession.builder()
            .appName("Payment scores")
            .config("spark.sql.shuffle.partitions", 1)
            .getOrCreate();
    Dataset<Row> requests =
        Serving.readStream(spark)
            .continuousServer()
            .address(host, port, "score")
            .option("numPartitions", 1)
            // A payment of a window that is closed is dropped.
            .option("noReplyAfter", "2s")
            .option("noReplyStatus", 422)
            .load();
    Dataset<Row> features =
        Serving.parseRequest(requests, "score", PAYMENT, "id", "request", "full")
            .withWatermark("time", "10 minutes")
            .groupBy(window(col("time"), "10 minutes"), col("user"))
            .agg(
                last("id").as("id"),
                last("amount").as("amount"),
                avg("amount").as("average"),
                count(lit(1)).as("payments"));
    Dataset<Row> scores =
        Serving.withFunction(
            features,
            "score",
            PaymentScores::score,
            DataTypes.DoubleType,
            col("amount"),
            col("average"),
            col("payments"));
    Dataset<Row> answers = scores.withColumn("answer", struct(col("payments"), col("score")));
    Serving.writeStream(Serving.makeReply(answers, "answer"))
        .continuousServer()
        .replyTo("score")
        .queryName("payment_scores")
        .realTime("5 minutes")
        .start()
        .awaitTermination();
  }

  /** The model, of the rows that wait: a logistic regression in place of your own. */
  private static List<Double> score(List<Row> rows) {
    return rows.stream()
        .map(row -> logistic(row.getDouble(0) / row.getDouble(1), row.getLong(2)))
        .toList();
  }

  private static double logistic(double timesAverage, long payments) {
    double score = 1 / (1 + Math.exp(4.5 - timesAverage - 0.5 * payments));
    return Math.round(score * 100) / 100.0;
  }
}
