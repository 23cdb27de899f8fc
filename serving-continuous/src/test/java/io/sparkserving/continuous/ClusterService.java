package io.sparkserving.continuous;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import io.sparkserving.ServingWriter;
import io.sparkserving.SupervisedQuery;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/**
 * A supervised service with a reader and a server on each executor of a cluster. It answers with
 * the executor and process that computed the reply, and the body. Closing it stops it.
 */
record ClusterService(String name, SupervisedQuery query) implements AutoCloseable {
  static final int EXECUTORS = 2;

  /** Returns once all executors serve. */
  static ClusterService start(
      SparkSession spark, Mode mode, String name, Map<String, String> options)
      throws TimeoutException {
    return start(spark, mode, name, options, ClusterService::withExecutor);
  }

  /** As the other method, for a query of which each row begins with {@link #withExecutor}. */
  static ClusterService start(
      SparkSession spark,
      Mode mode,
      String name,
      Map<String, String> options,
      UnaryOperator<Dataset<Row>> replies)
      throws TimeoutException {
    Map<String, String> all = new HashMap<>(options);
    all.put("numPartitions", Integer.toString(EXECUTORS));
    all.put("epochLength", "5s");
    ServingWriter writer = ContinuousService.writer(spark, mode, name, 0, all, replies);
    ClusterService service = new ClusterService(name, writer.supervise());
    service.awaitAllServers();
    return service;
  }

  static Dataset<Row> withExecutor(Dataset<Row> requests) {
    UserDefinedFunction executor =
        udf(
                (UDF1<String, String>) body -> ExecutorCluster.executor() + " " + body,
                DataTypes.StringType)
            .asNondeterministic();
    return Serving.makeReply(
        ContinuousService.text(requests).withColumn("value", executor.apply(col("value"))),
        "value");
  }

  /** The executor and process of an answer. */
  static String executorIn(RawResponse response) {
    return response.text().split(" ", 2)[0];
  }

  static boolean isReplyTo(String body, RawResponse response) {
    return response.status() == 200 && response.text().endsWith(" " + body);
  }

  void awaitAllServers() {
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(ports()).hasSize(EXECUTORS).doesNotHaveDuplicates());
  }

  void awaitGone(int port) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(ports()).doesNotContain(port));
  }

  /** Of its servers now. */
  List<Integer> ports() {
    return Serving.serviceInfo(name).stream().map(ServiceInfo::port).toList();
  }

  RawRequest request(String body) {
    return RawRequest.post("/" + name, body);
  }

  /** On a connection of its own. */
  RawResponse post(int port, String body) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.readTimeout(Duration.ofSeconds(70)).call(request(body));
    }
  }

  /** Sends requests that are answered with their own replies, or are errors in the report. */
  LoadReport load(int port, int connections, int requests, LoadClient.Check check)
      throws InterruptedException {
    return new LoadClient(port, connections, requests, Duration.ofMinutes(2))
        .run(
            number -> request("request-" + number),
            (number, response) ->
                isReplyTo("request-" + number, response) && check.isReplyTo(number, response));
  }

  /** The process of the executor whose server this is. */
  ProcessHandle process(int port) throws IOException {
    String executor = executorIn(post(port, "who"));
    return ProcessHandle.of(Long.parseLong(executor.split(":")[1])).orElseThrow();
  }

  @Override
  public void close() throws TimeoutException {
    query.stop();
  }
}
