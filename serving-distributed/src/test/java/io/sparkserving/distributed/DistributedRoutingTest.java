package io.sparkserving.distributed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.ServingFunctions;
import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ChannelRefusedException;
import io.sparkserving.channel.ReplyBatch;
import io.sparkserving.channel.RunningEndpoints;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Secret;
import io.sparkserving.server.worker.Messages;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.RawHttp;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Replies that are computed in other JVMs than those that hold the connections, in a Spark that
 * encrypts what its JVMs send each other.
 */
class DistributedRoutingTest {

  private static final int CONNECTIONS = 24;

  private static final Duration LONGER_THAN_TASKS_WAIT = Duration.ofMillis(1_500);

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() throws Exception {
    Map<String, String> encrypted =
        Map.of(
            "spark.authenticate", "true",
            "spark.authenticate.secret", "a secret of the cluster",
            "spark.network.crypto.enabled", "true",
            "spark.sql.autoBroadcastJoinThreshold", "-1");
    spark = ExecutorCluster.start(ClusterService.EXECUTORS, 1, encrypted);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void repliesFindTheirServerAfterARepartition() throws Exception {
    try (ClusterService service =
        ClusterService.start(
            spark,
            "repartition",
            requests -> ClusterService.withExecutor(requests.repartition(3)))) {
      assertRepliesComeFromSeveralExecutors(service, 300);
    }
  }

  /** For replies of {@link ClusterService#withExecutor}. */
  private static void assertRepliesComeFromSeveralExecutors(ClusterService service, int requests)
      throws Exception {
    Map<Integer, Set<String>> executors = new ConcurrentHashMap<>();
    service.assertEachGetsItsOwn(
        service.load(
            CONNECTIONS,
            requests,
            (port, body, response) -> {
              executors
                  .computeIfAbsent(port, key -> ConcurrentHashMap.newKeySet())
                  .add(ClusterService.executorIn(response));
              return ClusterService.endsWith(body, response);
            }));
    assertThat(executors)
        .as("where the replies of each server were computed")
        .allSatisfy((port, seen) -> assertThat(seen).hasSizeGreaterThan(1));
  }

  @Test
  void theInternalChannelSpeaksTlsWhereSparkEncrypts() throws Exception {
    try (ClusterService service =
        ClusterService.start(
            spark, "secretly", requests -> ClusterService.withExecutor(requests.repartition(3)))) {
      assertRepliesComeFromSeveralExecutors(service, 90);
      List<ChannelAddress> channels =
          RunningEndpoints.all().stream().map(ServiceEndpoint::channel).toList();
      assertThat(channels)
          .hasSize(ClusterService.EXECUTORS)
          .doesNotHaveDuplicates()
          .allSatisfy(DistributedRoutingTest::assertSpeaksTlsOnly);
    }
  }

  @Test
  void whatTasksKnowOpensNothingButReplies() throws Exception {
    try (ClusterService service =
        ClusterService.start(
            spark,
            "commanded",
            requests -> Serving.makeReply(ClusterService.text(requests), "value"))) {
      assertThat(RunningEndpoints.all())
          .hasSize(ClusterService.EXECUTORS)
          .allSatisfy(
              server -> {
                ChannelClient channel = ChannelClient.jvm();
                assertThat(channel.send(server, ReplyBatch.PATH, new ReplyBatch().toBytes()))
                    .succeedsWithin(Duration.ofSeconds(30));
                assertThat(channel.send(server, Messages.STOP, new byte[0]))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withCauseInstanceOf(ChannelRefusedException.class);
              });
    }
  }

  /** Whoever knows the certificate gets as far as being asked for the secret, nobody else does. */
  private static void assertSpeaksTlsOnly(ChannelAddress channel) {
    assertThat(channel.certificate()).isNotNull();
    assertThat(messageTo(channel))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withCauseInstanceOf(ChannelRefusedException.class);
    assertThat(messageTo(new ChannelAddress(channel.host(), channel.port(), "0".repeat(64))))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withRootCauseInstanceOf(CertificateException.class);
    assertThat(messageTo(new ChannelAddress(channel.host(), channel.port(), null)))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withMessageContaining("Cannot reach the JVM at");
  }

  private static CompletableFuture<byte[]> messageTo(ChannelAddress channel) {
    return ChannelClient.jvm()
        .send(new ServiceEndpoint("somebody", Secret.random(), channel), "/somewhere", new byte[0]);
  }

  @Test
  void repliesFindTheirServerAfterAShuffleJoin() throws Exception {
    Dataset<Row> names =
        spark.range(1_000).select(col("id").as("key"), concat(lit("name-"), col("id")).as("name"));
    try (ClusterService service =
        ClusterService.start(
            spark,
            "join",
            requests -> {
              Dataset<Row> keys =
                  ClusterService.text(requests).withColumn("key", col("value").cast("long"));
              return Serving.makeReply(
                  keys.join(names, keys.col("key").equalTo(names.col("key")))
                      .select(keys.col("id"), names.col("name")),
                  "name");
            })) {
      service.assertEachGetsItsOwn(
          service.load(
              CONNECTIONS, 90, (port, body, response) -> response.text().equals("name-" + body)));
    }
  }

  @Test
  void repliesFindTheirServerAfterAnAggregation() throws Exception {
    Column group = col("value").cast("long").mod(50);
    try (ClusterService service =
        ClusterService.start(
            spark,
            "aggregation",
            Map.of(),
            "update",
            Map.of(),
            requests ->
                Serving.makeReply(
                    ClusterService.text(requests)
                        .groupBy(group.as("group"))
                        .agg(collect_list(struct("id", "value")).as("requests"))
                        .select(explode(col("requests")).as("request"))
                        .select("request.*"),
                    "value"))) {
      service.assertEachGetsItsOwn(
          service.load(CONNECTIONS, 90, (port, body, response) -> response.text().equals(body)));
    }
  }

  @Test
  void repliesThatAreSentFromWithinTheQueryFindTheirServerAfterARepartition() throws Exception {
    try (ClusterService service =
        ClusterService.start(spark, "sent", DistributedRoutingTest::sentEarly)) {
      service.assertEachGetsItsOwn(
          service.load(
              CONNECTIONS, 300, (port, body, response) -> response.text().equals("early " + body)));
    }
  }

  @Test
  void aReplyThatCannotBeDeliveredIsAnsweredSoBeforeItsBatchEnds() throws Exception {
    try (ClusterService service =
        ClusterService.start(spark, "sent", DistributedRoutingTest::sentEarly)) {
      List<ServiceEndpoint> running = RunningEndpoints.all();
      RunningEndpoints.add(
          "sent", () -> running.stream().map(DistributedRoutingTest::outOfReach).toList(), null);
      Map<Integer, String> answers = new ConcurrentHashMap<>();
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                service.load(
                    CONNECTIONS,
                    CONNECTIONS,
                    (port, body, response) -> {
                      answers.put(response.status(), response.text());
                      return true;
                    });
                assertThat(answers).containsKey(502);
              });
      assertThat(answers.get(502)).contains("lost on its way");
      assertThat(answers).as("no row, as the batch has it").doesNotContainKey(500);
    }
  }

  /** The endpoint of a server that only the driver reaches. */
  private static ServiceEndpoint outOfReach(ServiceEndpoint server) {
    ChannelAddress channel = Objects.requireNonNull(server.channel());
    return new ServiceEndpoint(
        server.serverId(),
        server.secret(),
        new ChannelAddress(channel.host(), 1, channel.certificate()),
        server.lostReplies());
  }

  /** No row is left for the sink to answer. */
  private static Dataset<Row> sentEarly(Dataset<Row> requests) {
    Column early = ServingFunctions.stringToResponse(concat_ws(" ", lit("early"), col("value")));
    Dataset<Row> sent =
        ClusterService.text(requests)
            .repartition(3)
            .withColumn("sent", ServingFunctions.sendReply("sent", early, col("id")));
    return Serving.makeReply(sent.filter(col("sent").equalTo(false)), "value");
  }

  /** Spark sends tasks to the first free core here, and half of them read from afar. */
  @Test
  void branchesReadTheSameRequestsThoughTheirTasksRunInDifferentJvms() throws Exception {
    SparkConf settings = spark.sparkContext().conf();
    settings.set("spark.locality.wait", "0s");
    try (ClusterService service =
        ClusterService.start(spark, "branches", DistributedRoutingTest::byParity)) {
      service.assertEachGetsItsOwn(
          service.load(
              service.ports().subList(0, 1),
              CONNECTIONS,
              300,
              (port, body, response) -> response.text().equals(parity(body) + " " + body)));
    } finally {
      settings.remove("spark.locality.wait");
    }
  }

  private static Dataset<Row> byParity(Dataset<Row> requests) {
    Dataset<Row> text = ClusterService.text(requests);
    Column isEven = col("value").cast("long").mod(2).equalTo(0);
    return named(text.filter(isEven), "even").union(named(text.filter(not(isEven)), "odd"));
  }

  private static Dataset<Row> named(Dataset<Row> text, String name) {
    return Serving.makeReply(
            text.withColumn("answer", concat_ws(" ", lit(name), col("value"))), "answer")
        .select("id", "reply");
  }

  private static String parity(String number) {
    return Integer.parseInt(number) % 2 == 0 ? "even" : "odd";
  }

  /** Clients that call servers without a pause. */
  private static final class Callers implements AutoCloseable {
    private final ClusterService service;
    private final ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<Future<?>> callers = new ArrayList<>();

    private Callers(ClusterService service, List<Integer> ports) {
      this.service = service;
      for (int i = 0; i < CONNECTIONS; i++) {
        int port = ports.get(i % ports.size());
        callers.add(threads.submit(() -> callUntilDone(port)));
      }
    }

    private @Nullable Void callUntilDone(int port) throws IOException {
      try (RawHttp http = RawHttp.connect(port)) {
        while (!done.get()) {
          String body = "busy " + calls.incrementAndGet();
          assertThat(http.call(service.request(body)).text()).isEqualTo(body);
        }
      }
      return null;
    }

    private void awaitCalls(int enough, Duration atLeast) {
      await().pollDelay(atLeast).atMost(Duration.ofSeconds(60)).until(() -> calls.get() >= enough);
    }

    @Override
    public void close() throws Exception {
      done.set(true);
      threads.shutdown();
      for (Future<?> call : callers) {
        call.get(90, TimeUnit.SECONDS);
      }
    }
  }

  /** A batch may be longer here than a client waits. */
  @Test
  void requestsDoNotWaitForABatchThatAnotherServerKeepsBusy() throws Exception {
    try (ClusterService service =
            ClusterService.start(
                spark, "busy", Map.of("batchLength", "10min"), ClusterService::echo);
        Callers callers = new Callers(service, service.ports().subList(0, 1))) {
      for (int i = 1; i <= 3; i++) {
        // So long that no task waits for requests at the other server any more.
        callers.awaitCalls(i * 2_000, LONGER_THAN_TASKS_WAIT);
        assertThat(service.post(service.ports().get(1), "other").text()).isEqualTo("other");
      }
    }
  }

  @Test
  void aJobOfOthersBeginsThoughABatchCouldGoOn() throws Exception {
    try (ClusterService service =
            ClusterService.start(
                spark, "held", Map.of("batchLength", "10min"), ClusterService::echo);
        Callers callers = new Callers(service, service.ports())) {
      callers.awaitCalls(2_000, Duration.ZERO);
      int tasks = 2 * spark.sparkContext().defaultParallelism();
      Dataset<Long> rows = spark.range(0, tasks, 1, tasks);
      assertThat(CompletableFuture.supplyAsync(rows::count))
          .succeedsWithin(Duration.ofSeconds(30))
          .isEqualTo((long) tasks);
    }
  }

  /** Tasks for which an executor has no core are none that another batch would have. */
  @Test
  void aBatchGoesOnThoughMorePartitionsAreAskedForThanThereAreCores() throws Exception {
    int calls = 2_000;
    int connections = 8;
    try (ClusterService service =
        ClusterService.start(
            spark,
            "parted",
            Map.of("batchLength", "10min", "numPartitions", "30"),
            ClusterService::echo)) {
      long before = batches(service);
      service.assertEachGetsItsOwn(
          service.load(
              service.ports().subList(0, 1),
              connections,
              calls,
              (port, body, response) -> response.text().equals(body)));
      assertThat(batches(service) - before).isLessThan(calls / 100);
    }
  }

  private static long batches(ClusterService service) {
    service.query().processAllAvailable();
    return service.query().lastProgress().batchId();
  }
}
