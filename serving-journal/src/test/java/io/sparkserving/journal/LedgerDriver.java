package io.sparkserving.journal;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.SparkSessions;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A running total for each user, in a driver that is to be killed. Arguments: the mode ({@code
 * head}, {@code distributed}, {@code lingering} or {@code realTime}), Spark's master, the port, the
 * checkpoint, and reader options as {@code name=value}. Prints "ready".
 */
public final class LedgerDriver {
  static final String API = "ledger";
  static final String READY = "ready";

  private static final StructType PAYMENT =
      new StructType()
          .add("user", DataTypes.StringType, false)
          .add("amount", DataTypes.LongType, false);

  private LedgerDriver() {}

  public static void main(String[] arguments) throws Exception {
    String mode = arguments[0];
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    settings.put("spark.shuffle.streaming.networkBufferMaxWaitTimeMs", "1");
    settings.put("spark.sql.shuffle.partitions", arguments[1].startsWith("local[") ? "1" : "2");
    SparkSession spark = SparkSessions.start(arguments[1], settings);
    ServingReader reader = from(mode, Serving.readStream(spark));
    reader.address("localhost", Integer.parseInt(arguments[2]), API);
    if (!arguments[1].startsWith("local[")) {
      reader.option("gateway.port", arguments[2]).option("port", 0);
    }
    for (int i = 4; i < arguments.length; i++) {
      String[] option = arguments[i].split("=", 2);
      reader.option(option[0], option[1]);
    }
    StreamingQuery query =
        to(mode, Serving.writeStream(replies(reader.load())).outputMode("update"))
            .replyTo(API)
            .option("checkpointLocation", arguments[3])
            .start();
    System.out.println(READY);
    query.awaitTermination();
  }

  private static Dataset<Row> replies(Dataset<Row> requests) {
    Dataset<Row> totals =
        Serving.parseRequest(requests, API, PAYMENT, "id", "request", "full")
            .groupBy("user")
            .agg(last("id").as("id"), count(lit(1)).as("count"), sum("amount").as("total"));
    return Serving.makeReply(
        totals.withColumn("answer", struct(col("user"), col("count"), col("total"))), "answer");
  }

  private static ServingReader from(String mode, ServingReader reader) {
    return switch (mode) {
      case "head" -> reader.server();
      case "distributed" -> reader.distributedServer();
      default -> reader.continuousServer();
    };
  }

  private static ServingWriter to(String mode, ServingWriter writer) {
    return switch (mode) {
      case "head" -> writer.server();
      case "distributed" -> writer.distributedServer();
      case "realTime" -> writer.continuousServer().realTime("5 seconds");
      default -> writer.continuousServer();
    };
  }
}
