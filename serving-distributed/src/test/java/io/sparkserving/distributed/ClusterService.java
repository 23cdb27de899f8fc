package io.sparkserving.distributed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.Volume;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;

/** A service with a server on each of the three executors of a cluster. Closing it stops it. */
record ClusterService(String name, StreamingQuery query, List<Integer> ports)
    implements AutoCloseable {

  static final int EXECUTORS = 3;

  private static final Duration LOAD_LIMIT = Volume.of(Duration.ofMinutes(8));

  /** Offset and commit logs, which cost more than the batch, written aside now and then. */
  private static final Map<String, String> QUICK_BATCHES =
      Map.of(
          "asyncProgressTrackingEnabled", "true",
          "_asyncProgressTrackingOverrideSinkSupportCheck", "true");

  private static final UserDefinedFunction EXECUTOR =
      udf((UDF0<String>) ExecutorCluster::executor, DataTypes.StringType).asNondeterministic();

  @FunctionalInterface
  interface Check {
    boolean isReplyTo(int port, String body, RawResponse response);
  }

  /** Serves a query without state. Returns once all executors serve. */
  static ClusterService start(
      SparkSession spark, String name, UnaryOperator<Dataset<Row>> requestsToReplies)
      throws TimeoutException {
    return start(spark, name, Map.of(), requestsToReplies);
  }

  static ClusterService start(
      SparkSession spark,
      String name,
      Map<String, String> readerOptions,
      UnaryOperator<Dataset<Row>> requestsToReplies)
      throws TimeoutException {
    return start(spark, name, readerOptions, "append", QUICK_BATCHES, requestsToReplies);
  }

  static ClusterService start(
      SparkSession spark,
      String name,
      Map<String, String> readerOptions,
      String outputMode,
      Map<String, String> writerOptions,
      UnaryOperator<Dataset<Row>> requestsToReplies)
      throws TimeoutException {
    Dataset<Row> requests =
        Serving.readStream(spark)
            .distributedServer()
            .address("localhost", 0, name)
            .options(readerOptions)
            .load();
    StreamingQuery query =
        Serving.writeStream(requestsToReplies.apply(requests))
            .distributedServer()
            .replyTo(name)
            .outputMode(outputMode)
            .options(writerOptions)
            .start();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(portsOf(name)).hasSize(EXECUTORS).doesNotHaveDuplicates());
    return new ClusterService(name, query, portsOf(name));
  }

  /** The ports of a service now. */
  static List<Integer> portsOf(String name) {
    return Serving.serviceInfo(name).stream().map(ServiceInfo::port).toList();
  }

  static Dataset<Row> text(Dataset<Row> requests) {
    return Serving.parseRequest(requests, DataTypes.StringType);
  }

  /** Answers with the body. */
  static Dataset<Row> echo(Dataset<Row> requests) {
    return Serving.makeReply(text(requests), "value");
  }

  /** Answers with the executor and process that computed the reply, and the body. */
  static Dataset<Row> withExecutor(Dataset<Row> requests) {
    return Serving.makeReply(
        text(requests).withColumn("answer", concat_ws(" ", EXECUTOR.apply(), col("value"))),
        "answer");
  }

  /** The executor and process of an answer of {@link #withExecutor}. */
  static String executorIn(RawResponse response) {
    return response.text().split(" ", 2)[0];
  }

  /** The process in the executor's name. */
  static ProcessHandle process(String executor) {
    return ProcessHandle.of(Long.parseLong(executor.split(":")[1])).orElseThrow();
  }

  /** Whether an answer of {@link #withExecutor} is to this body. */
  static boolean endsWith(String body, RawResponse response) {
    return response.status() == 200 && response.text().endsWith(" " + body);
  }

  RawResponse post(int port, String body) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.readTimeout(Duration.ofSeconds(70)).call(request(body));
    }
  }

  RawRequest request(String body) {
    return RawRequest.post("/" + name, body);
  }

  /** Sends requests to all servers at a time; reports by server. */
  List<LoadReport> load(int connections, int requests, Check check) throws Exception {
    return load(ports, connections, requests, check);
  }

  /**
   * Sends requests to these servers at a time, which share connections and requests. Bodies are the
   * numbers from 0, each once.
   */
  List<LoadReport> load(List<Integer> servers, int connections, int requests, Check check)
      throws Exception {
    int count = servers.size();
    ExecutorService clients = Executors.newFixedThreadPool(count);
    try {
      List<Future<LoadReport>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int first = i;
        int port = servers.get(i);
        LoadClient client =
            new LoadClient(
                port, share(connections, i, count), share(requests, i, count), LOAD_LIMIT);
        running.add(clients.submit(() -> load(client, n -> first + n * count, check)));
      }
      List<LoadReport> reports = new ArrayList<>();
      for (Future<LoadReport> report : running) {
        reports.add(report.get());
      }
      return reports;
    } finally {
      clients.shutdownNow();
    }
  }

  private static int share(int all, int index, int count) {
    return (all + count - 1 - index) / count;
  }

  /**
   * Sends requests as the client is told to; their bodies are the numbers that are made of theirs.
   */
  LoadReport load(LoadClient client, IntUnaryOperator number, Check check)
      throws InterruptedException {
    IntFunction<String> body = each -> Integer.toString(number.applyAsInt(each));
    return client.run(
        each -> request(body.apply(each)),
        (each, response) -> check.isReplyTo(client.port(), body.apply(each), response));
  }

  /** Checks that all answers were 200 and those that were asked for, and prints the speed. */
  void assertEachGetsItsOwn(List<LoadReport> reports) {
    assertThat(reports).allMatch(report -> report.isAll(200), reports.toString());
    System.out.printf(
        "%s: %.0f requests/s in all%n",
        name, reports.stream().mapToDouble(LoadReport::requestsPerSecond).sum());
  }

  @Override
  public void close() throws TimeoutException {
    query.stop();
  }
}
