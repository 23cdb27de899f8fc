package io.sparkserving.compatibility;

import static java.util.stream.Collectors.toList;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.format_string;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.BatchFunction;
import io.sparkserving.HttpErrorException;
import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.functions.python.PythonFunctions;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions of Java and of Python with the built jar, in every mode. */
final class FunctionsIT {
  private static final StructType SCHEMA = new StructType().add("a", DataTypes.LongType);
  private static final boolean HAS_REAL_TIME =
      System.getProperty("expected.spark").compareTo("4.1") >= 0;

  private static final int CONNECTIONS = 16;
  private static final int REQUESTS = 200;

  private enum Mode {
    HEAD,
    DISTRIBUTED,
    CONTINUOUS,
    REAL_TIME,
    NO_TRIGGER
  }

  @ParameterizedTest
  @EnumSource
  void aFunctionOfJavaAnswersEachItsOwn(Mode mode) throws Exception {
    assumeTrue(mode != Mode.REAL_TIME || HAS_REAL_TIME);
    String name = "java_function_" + mode;
    Dataset<Row> computed =
        Serving.withFunction(
            requests(mode, name), "reply", hexadecimal(), DataTypes.StringType, col("a"));

    try (RunningService service = start(mode, name, computed)) {
      answersEachItsOwn(service);
      HttpResponse<String> refused = post(service, -422);
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains("Not that one");
      HttpResponse<String> failed = post(service, -500);
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(failed.body()).doesNotContain("secret");
      assertThat(post(service, 17).body()).isEqualTo("0x11");
    }
  }

  private static BatchFunction hexadecimal() {
    return rows -> {
      List<String> values = new ArrayList<>();
      for (Row row : rows) {
        if (row.getLong(0) == -422) {
          throw new HttpErrorException(422, "Not that one");
        } else if (row.getLong(0) == -500) {
          throw new IllegalStateException("a secret");
        }
        values.add("0x" + Long.toHexString(row.getLong(0)));
      }
      return values;
    };
  }

  @ParameterizedTest
  @EnumSource
  void aFunctionOfPythonAnswersEachItsOwn(Mode mode) throws Exception {
    assumeTrue(mode != Mode.REAL_TIME || HAS_REAL_TIME);
    assumeTrue(EvaluatingPython.isHere(), "PySpark is not here");
    String name = "python_function_" + mode;
    Dataset<Row> computed =
        EvaluatingPython.of(requests(mode, name), "reply", format_string("hex(%d)", col("a")));
    PythonFunctions.warm(computed);

    try (RunningService service = start(mode, name, computed)) {
      PythonFunctions.keepWarm(computed, service.query());
      answersEachItsOwn(service);
      assertThat(service.post("{\"a\":null}").statusCode()).as("hex(null)").isEqualTo(500);
      assertThat(post(service, 17).body()).isEqualTo("0x11");
    }
  }

  private static Dataset<Row> requests(Mode mode, String name) {
    ServingReader reader = Serving.readStream(LocalSpark.SESSION);
    ServingReader of =
        switch (mode) {
          case HEAD -> reader.server();
          case DISTRIBUTED -> reader.distributedServer();
          default -> reader.continuousServer();
        };
    return Serving.parseRequest(
        of.address("localhost", 0, name).option("numPartitions", 1).load(), SCHEMA);
  }

  private static RunningService start(Mode mode, String name, Dataset<Row> computed)
      throws Exception {
    ServingWriter writer = Serving.writeStream(Serving.makeReply(computed, "reply"));
    ServingWriter of =
        switch (mode) {
          case HEAD -> writer.server();
          case DISTRIBUTED -> writer.distributedServer();
          case CONTINUOUS -> writer.continuousServer().trigger(Trigger.Continuous("1 second"));
          case REAL_TIME -> writer.continuousServer().realTime("5 seconds");
          case NO_TRIGGER -> writer.continuousServer();
        };
    return RunningService.of(name, of.replyTo(name).start());
  }

  private static void answersEachItsOwn(RunningService service) throws Exception {
    ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Callable<HttpResponse<String>>> calls =
          IntStream.range(0, REQUESTS)
              .mapToObj(number -> (Callable<HttpResponse<String>>) () -> post(service, number))
              .collect(toList());
      List<Future<HttpResponse<String>>> answers = connections.invokeAll(calls);
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(answers.get(i).get().body()).isEqualTo("0x" + Integer.toHexString(i));
        assertThat(answers.get(i).get().statusCode()).isEqualTo(200);
      }
    } finally {
      connections.shutdownNow();
    }
  }

  private static HttpResponse<String> post(RunningService service, long number) throws Exception {
    return service.post("{\"a\":" + number + "}");
  }
}
