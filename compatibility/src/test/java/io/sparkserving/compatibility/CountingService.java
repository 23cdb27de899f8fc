package io.sparkserving.compatibility;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;

/**
 * A service on a cluster that counts in real time how often each body was sent. It answers with the
 * body, the count, and the process that has taken the request.
 */
record CountingService(String name, int executors, StreamingQuery query) implements AutoCloseable {
  static final Map<String, Object> SETTINGS =
      Map.of(
          "spark.shuffle.streaming.networkBufferMaxWaitTimeMs", 1,
          "spark.sql.streaming.realTimeMode.minBatchDuration", 500);

  /**
   * Starts the service.
   *
   * @param batch how long a batch of the query lasts
   */
  static CountingService start(
      SparkSession spark, String name, int executors, String batch, Map<String, String> options)
      throws TimeoutException {
    Dataset<Row> requests =
        Serving.readStream(spark)
            .continuousServer()
            .address("localhost", 0, name)
            .options(options)
            .option("numPartitions", executors)
            .load();
    Dataset<Row> counts =
        Serving.parseRequest(requests, DataTypes.StringType)
            .withColumn(
                "process",
                udf((UDF0<Long>) () -> ProcessHandle.current().pid(), DataTypes.LongType)
                    .asNondeterministic()
                    .apply())
            .groupBy("value")
            .agg(
                last(col("id")).as("id"),
                count(lit(1)).as("count"),
                last(col("process")).as("process"))
            .withColumn("answer", concat_ws(" ", col("value"), col("count"), col("process")));
    StreamingQuery query =
        Serving.writeStream(Serving.makeReply(counts, "answer"))
            .continuousServer()
            .replyTo(name)
            .realTime(batch)
            .start();
    return new CountingService(name, executors, query);
  }

  /** What the service says of a body. */
  record Answer(int status, String text) {
    /** How often the body was sent; the whole answer if it is none to that body. */
    String countOf(String body) {
      String[] words = text.split(" ");
      return status == 200 && words.length == 3 && words[0].equals(body) ? words[1] : toString();
    }

    long process() {
      return Long.parseLong(text.split(" ")[2]);
    }
  }

  Answer ask(URI server, String body) throws Exception {
    var answer = new RunningService(query, server).post(body);
    return new Answer(answer.statusCode(), answer.body());
  }

  URI at(int port) {
    return URI.create("http://localhost:" + port + "/" + name);
  }

  /** The addresses of the servers of all executors. */
  List<URI> servers() {
    return await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> Serving.serviceInfo(name), found -> found.size() == executors)
        .stream()
        .map(ServiceInfo::port)
        .map(this::at)
        .toList();
  }

  @Override
  public void close() throws TimeoutException {
    query.stop();
  }
}
