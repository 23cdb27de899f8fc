package io.sparkserving.benchmarks.server;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.sparkserving.Records;
import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Spark Serving in one of its modes, with the options that it has by default.
 *
 * <p>Arguments: the mode ({@code head}, {@code distributed}, {@code continuous}, {@code realTime}
 * or {@code lingering}), the port, and the workload ({@code hello}, {@code ml} or {@code
 * stateful}). The master and the rest of Spark's configuration come as system properties; with
 * state there are as many readers as partitions of a shuffle.
 */
public final class ServingServer {
  private static final String API = "my_api";
  private static final StructType HELLO =
      new StructType().add("foo", DataTypes.StringType).add("bar", DataTypes.IntegerType);

  private static final StructType USER = new StructType().add("user", DataTypes.StringType);

  private ServingServer() {}

  /** Serves until standard input closes. */
  public static void main(String[] args) throws Exception {
    String mode = args[0];
    SparkSession spark = SparkSession.builder().appName("Benchmark").getOrCreate();
    ServingReader reader = Serving.readStream(spark);
    if (args[2].equals("stateful")) {
      reader.option("numPartitions", spark.conf().get("spark.sql.shuffle.partitions"));
    }
    Dataset<Row> requests =
        from(mode, reader).address("localhost", Integer.parseInt(args[1]), API).load();
    StreamingQuery query =
        to(mode, Serving.writeStream(replies(spark, args[2], requests))).replyTo(API).start();
    Lifetime.serve(Serving.serviceInfo(API).stream().map(ServiceInfo::port).toList());
    query.stop();
    spark.stop();
  }

  private static Dataset<Row> replies(SparkSession spark, String workload, Dataset<Row> requests) {
    return switch (workload) {
      case "hello" ->
          Serving.makeReply(
              Serving.parseRequest(requests, HELLO).withColumn("fooLength", length(col("foo"))),
              "fooLength");
      case "records" ->
          Serving.makeReply(
              Serving.parseRequest(requests, HELLO, Records.many())
                  .withColumn("fooLength", length(col("foo"))),
              "fooLength");
      case "ml" ->
          Serving.makeReply(
              TextModel.train(spark).transform(Serving.parseRequest(requests, TextModel.REQUEST)),
              "prediction");
      case "stateful" ->
          Serving.makeReply(
              Serving.parseRequest(requests, USER)
                  .groupBy("user")
                  .agg(last("id").as("id"), count(lit(1)).as("count"))
                  .withColumn("answer", struct("user", "count")),
              "answer");
      default ->
          throw new IllegalArgumentException(
              "Unsupported workload " + workload + ": expected hello, ml, records or stateful");
    };
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
      case "continuous" -> writer.continuousServer().trigger(Trigger.Continuous("1 second"));
      case "realTime" -> writer.continuousServer().realTime("5 minutes");
      case "lingering" -> writer.continuousServer();
      default ->
          throw new IllegalArgumentException(
              "Unsupported mode "
                  + mode
                  + ": expected head, distributed, continuous, realTime or lingering");
    };
  }
}
