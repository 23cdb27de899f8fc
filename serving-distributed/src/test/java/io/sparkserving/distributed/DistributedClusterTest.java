package io.sparkserving.distributed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import io.sparkserving.exchange.LocalServices;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Servers in three executor JVMs. */
class DistributedClusterTest {

  private static final int EXECUTORS = 3;
  private static final int CONNECTIONS_EACH = 21;
  private static final UserDefinedFunction EXECUTOR =
      udf((UDF0<String>) ExecutorCluster::executor, DataTypes.StringType).asNondeterministic();

  private static SparkSession spark;

  @SuppressWarnings("NullAway.Init") // Each test starts one.
  private StreamingQuery query;

  @BeforeAll
  static void startSpark() throws Exception {
    spark = ExecutorCluster.start(EXECUTORS);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @AfterEach
  void stopQuery() throws Exception {
    if (query != null) { // Not if its start failed.
      query.stop();
    }
  }

  @Test
  void everyServerAnswersItsOwnRequestsInItsOwnJvm() throws Exception {
    List<Integer> ports =
        serve("spread", "append", requests -> Serving.makeReply(withExecutor(requests), "answer"));

    Map<Integer, Set<String>> executors = new ConcurrentHashMap<>();
    List<LoadReport> reports =
        load(
            "spread",
            ports,
            3_000,
            (port, body, response) -> {
              String[] parts = response.text().split(" ", 2);
              executors.computeIfAbsent(port, key -> ConcurrentHashMap.newKeySet()).add(parts[0]);
              return parts.length == 2 && parts[1].equals(body);
            });

    assertThat(reports).allMatch(report -> report.isAll(200), reports.toString());
    assertThat(executors)
        .hasSize(EXECUTORS)
        .allSatisfy((port, seen) -> assertThat(seen).hasSize(1));
    assertThat(executors.values().stream().flatMap(Set::stream)).doesNotHaveDuplicates();
    assertThat(LocalServices.all()).as("services whose connections the driver holds").isEmpty();
  }

  @Test
  void repliesFindTheirServerAfterARepartition() throws Exception {
    List<Integer> ports =
        serve(
            "repartition",
            "append",
            requests -> Serving.makeReply(text(requests).repartition(3), "value"));

    assertEachGetsItsOwn(
        load("repartition", ports, 500, (port, body, response) -> response.text().equals(body)));
  }

  @Test
  void repliesFindTheirServerAfterAShuffleJoin() throws Exception {
    Dataset<Row> names =
        spark.range(1_000).select(col("id").as("key"), concat(lit("name-"), col("id")).as("name"));
    List<Integer> ports =
        serve(
            "join",
            "append",
            requests -> {
              Dataset<Row> keys = text(requests).withColumn("key", col("value").cast("long"));
              return Serving.makeReply(
                  keys.join(names, keys.col("key").equalTo(names.col("key")))
                      .select(keys.col("id"), names.col("name")),
                  "name");
            });

    assertEachGetsItsOwn(
        load("join", ports, 300, (port, body, response) -> response.text().equals("name-" + body)));
  }

  @Test
  void repliesFindTheirServerAfterAnAggregation() throws Exception {
    List<Integer> ports =
        serve(
            "aggregation",
            "update",
            requests ->
                Serving.makeReply(
                    text(requests)
                        .groupBy("value")
                        .agg(count(lit(1)).as("count"), collect_list("id").as("ids"))
                        .select(explode(col("ids")).as("id"), col("value")),
                    "value"));

    assertEachGetsItsOwn(
        load("aggregation", ports, 100, (port, body, response) -> response.text().equals(body)));
  }

  @Test
  void aKilledExecutorTakesOnlyItsOwnConnectionsAndIsReplaced() throws Exception {
    List<Integer> ports =
        serve("killed", "append", requests -> Serving.makeReply(withExecutor(requests), "answer"));
    String executor = post(ports.get(0), "killed", "who").text().split(" ", 2)[0];
    List<Integer> others = ports.subList(1, ports.size());

    ExecutorService background = Executors.newSingleThreadExecutor();
    try {
      Future<List<LoadReport>> loaded =
          background.submit(
              () ->
                  load(
                      "killed",
                      others,
                      1_000,
                      (port, body, response) -> response.text().endsWith(" " + body)));
      ProcessHandle.of(Long.parseLong(executor.split(":")[1])).orElseThrow().destroyForcibly();

      assertEachGetsItsOwn(loaded.get(3, TimeUnit.MINUTES));
      await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(() -> assertThat(ports("killed")).hasSize(EXECUTORS));
      for (int port : ports("killed")) {
        assertThat(post(port, "killed", "again").text()).endsWith(" again");
      }
    } finally {
      background.shutdownNow();
    }
  }

  @Test
  void theGatewayPassesRequestsToAllServers() throws Exception {
    int gateway = freePort();
    serve(
        "gateway",
        "append",
        Map.of("gateway.port", Integer.toString(gateway)),
        requests -> Serving.makeReply(withExecutor(requests), "answer"));

    Set<String> executors = ConcurrentHashMap.newKeySet();
    List<LoadReport> reports =
        load(
            "gateway",
            List.of(gateway),
            500,
            (port, body, response) -> {
              executors.add(response.text().split(" ", 2)[0]);
              return response.text().endsWith(" " + body);
            });

    assertEachGetsItsOwn(reports);
    assertThat(executors).hasSize(EXECUTORS);
    query.stop();
    try (ServerSocket free = new ServerSocket()) {
      free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void anIdleServiceRunsNoJobs() throws Exception {
    serve("idle", "append", requests -> Serving.makeReply(text(requests), "value"));
    long batches = query.lastProgress() == null ? 0 : query.lastProgress().batchId();
    int jobs =
        spark.sparkContext().statusTracker().getJobIdsForGroup(query.runId().toString()).length;
    await()
        .during(Duration.ofSeconds(5))
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                spark
                        .sparkContext()
                        .statusTracker()
                        .getJobIdsForGroup(query.runId().toString())
                        .length
                    <= jobs + 1);
    assertThat(batches).isLessThan(5);
  }

  @FunctionalInterface
  private interface Check {
    boolean isReplyTo(int port, String body, RawResponse response);
  }

  /** Serves on all executors, and returns the ports. */
  private List<Integer> serve(
      String name, String outputMode, UnaryOperator<Dataset<Row>> requestsToReplies)
      throws Exception {
    return serve(name, outputMode, Map.of(), requestsToReplies);
  }

  private List<Integer> serve(
      String name,
      String outputMode,
      Map<String, String> options,
      UnaryOperator<Dataset<Row>> requestsToReplies)
      throws Exception {
    Dataset<Row> requests =
        Serving.readStream(spark)
            .distributedServer()
            .address("localhost", 0, name)
            .options(options)
            .load();
    query =
        Serving.writeStream(requestsToReplies.apply(requests))
            .distributedServer()
            .replyTo(name)
            .outputMode(outputMode)
            .start();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(ports(name)).hasSize(EXECUTORS).doesNotHaveDuplicates());
    return ports(name);
  }

  private static List<Integer> ports(String name) {
    return Serving.serviceInfo(name).stream().map(ServiceInfo::port).toList();
  }

  private static Dataset<Row> text(Dataset<Row> requests) {
    return Serving.parseRequest(requests, DataTypes.StringType);
  }

  private static Dataset<Row> withExecutor(Dataset<Row> requests) {
    return text(requests).withColumn("answer", concat_ws(" ", EXECUTOR.apply(), col("value")));
  }

  private static RawResponse post(int port, String name, String body) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.readTimeout(Duration.ofSeconds(70)).call(RawRequest.post("/" + name, body));
    }
  }

  private static List<LoadReport> load(String name, List<Integer> ports, int requests, Check check)
      throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(ports.size());
    try {
      List<Future<LoadReport>> running = new ArrayList<>();
      for (int port : ports) {
        LoadClient client = new LoadClient(port, CONNECTIONS_EACH, requests, Duration.ofMinutes(4));
        running.add(
            clients.submit(
                () ->
                    client.run(
                        number -> RawRequest.post("/" + name, body(number)),
                        (number, response) -> check.isReplyTo(port, body(number), response))));
      }
      List<LoadReport> reports = new ArrayList<>();
      for (Future<LoadReport> report : running) {
        reports.add(report.get());
        System.out.printf("%s: %.0f requests/s%n", name, report.get().requestsPerSecond());
      }
      return reports;
    } finally {
      clients.shutdownNow();
    }
  }

  private static String body(int number) {
    return Integer.toString(number % 1_000_000);
  }

  private static void assertEachGetsItsOwn(List<LoadReport> reports) {
    assertThat(reports).allMatch(report -> report.isAll(200), reports.toString());
  }
}
