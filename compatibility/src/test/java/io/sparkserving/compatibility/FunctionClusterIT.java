package io.sparkserving.compatibility;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.functions.python.PythonFunctions;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions of Python with the built jar, their workers beside two executor JVMs. */
@Tag("everything")
final class FunctionClusterIT {
  private static final int EXECUTORS = 2;
  private static final int CONNECTIONS = 8;
  private static final int REQUESTS = 200;
  private static final Duration SECONDS = Duration.ofSeconds(60);
  private static final String WORKER = "-m sparkserving._worker";

  private static SparkSession spark;

  private enum Mode {
    HEAD,
    DISTRIBUTED,
    CONTINUOUS
  }

  @BeforeAll
  static void startSpark() throws Exception {
    assumeTrue(EvaluatingPython.isHere(), "PySpark is not here");
    spark = LocalCluster.start(EXECUTORS, 2);
  }

  @AfterAll
  static void stopSpark() {
    if (spark != null) {
      spark.stop();
      await().atMost(SECONDS).until(() -> workers().isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource
  void repliesAndErrorsFindTheirRequestsAndWorkersEndWithTheirExecutorAndQuery(Mode mode)
      throws Exception {
    // With the driver; the one that took the place of a lost one may not be there yet.
    await()
        .atMost(SECONDS)
        .until(
            () -> spark.sparkContext().statusTracker().getExecutorInfos().length == EXECUTORS + 1);
    await().atMost(SECONDS).until(() -> workers().isEmpty());
    String name = "function_on_cluster_" + mode;
    Dataset<Row> computed = EvaluatingPython.of(requests(mode, name), "reply", col("value"));
    PythonFunctions.warm(computed);
    assertThat(workers()).as("one on each executor").hasSize(EXECUTORS);
    try (RunningService service = start(mode, name, computed)) {
      PythonFunctions.keepWarm(computed, service.query());
      answersEachItsOwn(service);
      assertThat(service.post("str(1/0)").statusCode()).isEqualTo(500);
      assertThat(service.post("__import__('os')._exit(1)").statusCode()).isEqualTo(500);
      assertThat(service.post("__import__('sparkserving').__file__").body())
          .as("what the jar has brought")
          .contains("/ssf");
      losesAnExecutorUnderLoad(service);
    }
    await().atMost(SECONDS).until(() -> workers().isEmpty());
  }

  private static void answersEachItsOwn(RunningService service) throws Exception {
    ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        String text = i == 77 ? "__import__('os')._exit(1)" : "hex(" + i + ")";
        answers.add(connections.submit(() -> service.post(text)));
      }
      for (int i = 0; i < REQUESTS; i++) {
        HttpResponse<String> answer = answers.get(i).get();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(i == 77 ? 500 : 200);
        if (i != 77) {
          assertThat(answer.body()).isEqualTo("0x" + Integer.toHexString(i));
        }
      }
    } finally {
      connections.shutdownNow();
    }
  }

  private static void losesAnExecutorUnderLoad(RunningService service) throws Exception {
    ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
    AtomicBoolean isOver = new AtomicBoolean();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        Future<?> unused =
            connections.submit(
                () -> {
                  while (!isOver.get()) {
                    service.post("'still here'");
                  }
                  return null;
                });
      }
      String executor = service.post("str(__import__('os').getppid())").body();
      ProcessHandle lost = ProcessHandle.of(Long.parseLong(executor)).orElseThrow();
      List<ProcessHandle> orphans = lost.children().toList();
      assertThat(orphans).isNotEmpty();
      lost.destroyForcibly();
      await().atMost(SECONDS).until(() -> orphans.stream().noneMatch(ProcessHandle::isAlive));
    } finally {
      isOver.set(true);
      connections.shutdownNow();
    }
    await().atMost(SECONDS).ignoreExceptions().until(() -> answers(service));
  }

  /** Whether one of the servers that are left, or have come anew, answers. */
  private static boolean answers(RunningService service) throws Exception {
    String name = service.uri().getPath().substring(1);
    HttpResponse<String> answer = RunningService.of(name, service.query()).post("hex(17)");
    return answer.statusCode() == 200 && answer.body().equals("0x11");
  }

  /** Processes of functions, wherever their executors are. */
  private static List<ProcessHandle> workers() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().commandLine().orElse("").contains(WORKER))
        .toList();
  }

  private static Dataset<Row> requests(Mode mode, String name) {
    ServingReader reader = Serving.readStream(spark);
    ServingReader of =
        switch (mode) {
          case HEAD -> reader.server();
          case DISTRIBUTED -> reader.distributedServer();
          case CONTINUOUS -> reader.continuousServer();
        };
    return Serving.parseRequest(of.address("localhost", 0, name).load(), DataTypes.StringType);
  }

  private static RunningService start(Mode mode, String name, Dataset<Row> computed)
      throws Exception {
    ServingWriter writer = Serving.writeStream(Serving.makeReply(computed, "reply"));
    ServingWriter of =
        switch (mode) {
          case HEAD -> writer.server();
          case DISTRIBUTED -> writer.distributedServer();
          case CONTINUOUS -> writer.continuousServer().trigger(Trigger.Continuous("1 second"));
        };
    return RunningService.of(name, of.replyTo(name).start());
  }
}
