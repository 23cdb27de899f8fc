package io.sparkserving.compatibility;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queries that keep state by key in real time, whose servers are in two executor JVMs. */
@Tag("everything")
final class StatefulClusterIT {
  private static final int EXECUTORS = 2;
  private static final int KEYS = 8;
  private static final int REQUESTS_EACH = 10;

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() throws Exception {
    assumeTrue(System.getProperty("expected.spark").compareTo("4.3") >= 0);
    spark =
        LocalCluster.start(
            EXECUTORS, 2, Map.of("spark.shuffle.streaming.networkBufferMaxWaitTimeMs", 1));
  }

  @AfterAll
  static void stopSpark() {
    if (spark != null) {
      spark.stop();
    }
  }

  /** Keys are counted in either JVM, whichever of them holds the connection. */
  @Test
  void repliesReachTheOtherJvmInTheFirstBatch() throws Exception {
    StreamingQuery query = startCounting("counts");
    ExecutorService clients = Executors.newFixedThreadPool(KEYS);
    try {
      List<URI> servers = servers("counts");
      List<Callable<List<String>>> calls =
          IntStream.range(0, KEYS)
              .mapToObj(key -> (Callable<List<String>>) () -> ask("key" + key, query, servers))
              .toList();

      for (Future<List<String>> asked : clients.invokeAll(calls)) {
        assertThat(asked.get())
            .as("of one key, asked in turn at one server and the other")
            .isEqualTo(IntStream.rangeClosed(1, REQUESTS_EACH).mapToObj(String::valueOf).toList());
      }
      assertThat(query.lastProgress()).as("the first batch goes on").isNull();
    } finally {
      clients.shutdownNow();
      query.stop();
    }
  }

  private static List<String> ask(String key, StreamingQuery query, List<URI> servers)
      throws Exception {
    List<String> counts = new ArrayList<>();
    for (int i = 0; i < REQUESTS_EACH; i++) {
      URI server = servers.get(i % servers.size());
      String answer = new RunningService(query, server).post(key).body();
      counts.add(answer.startsWith(key + " ") ? answer.substring(key.length() + 1) : answer);
    }
    return counts;
  }

  private static List<URI> servers(String name) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Serving.serviceInfo(name), found -> found.size() == EXECUTORS)
        .stream()
        .map(ServiceInfo::port)
        .map(port -> URI.create("http://localhost:" + port + "/" + name))
        .toList();
  }

  private static StreamingQuery startCounting(String name) throws Exception {
    Dataset<Row> requests =
        Serving.readStream(spark)
            .continuousServer()
            .address("localhost", 0, name)
            .option("numPartitions", EXECUTORS)
            .option("requestTimeout", "10s")
            .load();
    Dataset<Row> counts =
        Serving.parseRequest(requests, DataTypes.StringType)
            .groupBy("value")
            .agg(last(col("id")).as("id"), count(lit(1)).as("count"))
            .withColumn("answer", concat_ws(" ", col("value"), col("count")));
    return Serving.writeStream(Serving.makeReply(counts, "answer"))
        .continuousServer()
        .replyTo(name)
        .realTime("5 minutes")
        .start();
  }
}
