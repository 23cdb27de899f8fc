package io.sparkserving.compatibility;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The distributed service with the built jar, its servers in two executor JVMs. */
@Tag("everything")
final class ExecutorClusterIT {
  private static final int EXECUTORS = 2;
  private static final int CONNECTIONS_EACH = 8;
  private static final int REQUESTS_EACH = 20;

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() throws Exception {
    spark = LocalCluster.start(EXECUTORS, 1);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void everyServerAnswersInItsOwnJvm() throws Exception {
    List<String> answers = answers("own", false);

    assertThat(answers).hasSize(EXECUTORS * CONNECTIONS_EACH * REQUESTS_EACH);
    assertThat(answers.stream().map(answer -> answer.split(" ")[0]).distinct()).hasSize(EXECUTORS);
    assertThat(answers).allSatisfy(answer -> assertThat(answer).matches("(\\d) \\1"));
  }

  @Test
  void repliesFindTheirServerAfterARepartition() throws Exception {
    List<String> answers = answers("repartitioned", true);

    assertThat(answers).hasSize(EXECUTORS * CONNECTIONS_EACH * REQUESTS_EACH);
    assertThat(answers).as("computed where the request is not").anyMatch("0 1"::equals);
    assertThat(answers).as("computed where the request is not").anyMatch("1 0"::equals);
  }

  /**
   * Asks all servers at once, expects that each reply is its request's own, and returns the
   * executors of each: of the task that took the request, and of the one that replied.
   */
  private static List<String> answers(String name, boolean repartition) throws Exception {
    UserDefinedFunction executor =
        udf((UDF0<String>) () -> SparkEnv.get().executorId(), DataTypes.StringType)
            .asNondeterministic();
    Dataset<Row> taken =
        Serving.parseRequest(
                Serving.readStream(spark).distributedServer().address("localhost", 0, name).load(),
                DataTypes.StringType)
            .withColumn("taker", executor.apply());
    Dataset<Row> answered =
        (repartition ? taken.repartition(EXECUTORS) : taken)
            .withColumn("answer", concat_ws(" ", col("taker"), executor.apply(), col("value")));
    StreamingQuery query =
        Serving.writeStream(Serving.makeReply(answered, "answer"))
            .distributedServer()
            .replyTo(name)
            .start();
    ExecutorService clients = Executors.newFixedThreadPool(EXECUTORS * CONNECTIONS_EACH);
    try {
      List<ServiceInfo> servers =
          await()
              .atMost(Duration.ofSeconds(60))
              .until(() -> Serving.serviceInfo(name), found -> found.size() == EXECUTORS);
      List<Callable<List<String>>> calls =
          servers.stream()
              .map(server -> URI.create("http://localhost:" + server.port() + "/" + name))
              .map(uri -> new RunningService(query, uri))
              .flatMap(server -> Stream.generate(() -> server).limit(CONNECTIONS_EACH))
              .map(server -> (Callable<List<String>>) () -> ask(server))
              .toList();
      List<String> all = new ArrayList<>();
      for (Future<List<String>> asked : clients.invokeAll(calls)) {
        all.addAll(asked.get());
      }
      return all;
    } finally {
      clients.shutdownNow();
      query.stop();
    }
  }

  private static List<String> ask(RunningService server) throws Exception {
    List<String> executors = new ArrayList<>();
    for (int i = 0; i < REQUESTS_EACH; i++) {
      String body = server.uri().getPort() + "-" + Thread.currentThread().getId() + "-" + i;
      String answer = server.post(body).body();
      assertThat(answer).endsWith(" " + body);
      executors.add(answer.substring(0, answer.length() - body.length() - 1));
    }
    return executors;
  }
}
