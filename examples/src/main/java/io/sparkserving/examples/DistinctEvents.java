package io.sparkserving.examples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Answers an event 200 when it comes for the first time, and 409 when it comes again.
 *
 * <pre>{@code
 * spark-submit --jars serving-bundle.jar \
 *     --conf spark.shuffle.streaming.networkBufferMaxWaitTimeMs=1 \
 *     --class io.sparkserving.examples.DistinctEvents serving-examples.jar [host] [port] [real-time]
 * curl -d '{"event":"e1","what":"paid"}' localhost:8888/events
 * {"event":"e1"}
 * }</pre>
 */
public final class DistinctEvents {
  private static final StructType EVENT =
      new StructType().add("event", DataTypes.StringType).add("what", DataTypes.StringType);

  private DistinctEvents() {}

  /** Serves until it is told to stop, by a signal or by the query's end. */
  public static void main(String[] args) throws Exception {
    String host = args.length > 0 ? args[0] : "localhost";
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 8888;
    boolean realTime = args.length > 2 && args[2].equals("real-time");

    SparkSession spark =
        SparkSession.builder()
            .appName("Distinct events")
            .config("spark.sql.shuffle.partitions", 1)
            .getOrCreate();
    ServingReader reader = Serving.readStream(spark).option("noReplyStatus", 409);
    reader =
        realTime
            // In real time a batch takes long to end.
            ? reader.continuousServer().option("numPartitions", 1).option("noReplyAfter", "1s")
            : reader.server();
    Dataset<Row> requests = reader.address(host, port, "events").load();
    Dataset<Row> events =
        Serving.parseRequest(requests, "events", EVENT, "id", "request", "full")
            .dropDuplicates("event")
            .withColumn("answer", struct(col("event")));

    ServingWriter writer =
        Serving.writeStream(Serving.makeReply(events, "answer"))
            .replyTo("events")
            .queryName("distinct_events");
    writer = realTime ? writer.continuousServer().realTime("5 minutes") : writer.server();
    writer.outputMode("update").start().awaitTermination();
  }
}
