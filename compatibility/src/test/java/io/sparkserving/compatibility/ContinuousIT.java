package io.sparkserving.compatibility;

import static java.util.stream.Collectors.toList;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.reverse;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.Serving;
import io.sparkserving.ServingWriter;
import io.sparkserving.SupervisedQuery;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The continuous service with the built jar, with every trigger that the Spark of this line has.
 */
final class ContinuousIT {
  private static final StructType SCHEMA =
      new StructType().add("foo", DataTypes.StringType).add("bar", DataTypes.IntegerType);
  private static final boolean HAS_REAL_TIME =
      System.getProperty("expected.spark").compareTo("4.1") >= 0;
  private static final int CONNECTIONS = 16;
  private static final int REQUESTS = 400;

  @Test
  void servesWithTheContinuousTrigger() throws Exception {
    servesEachItsOwn("continuous", writer -> writer.trigger(Trigger.Continuous("1 second")));
  }

  @Test
  void servesWithoutATrigger() throws Exception {
    servesEachItsOwn("lingering", writer -> writer);
  }

  @Test
  void servesWithTheRealTimeTrigger() throws Exception {
    assumeTrue(HAS_REAL_TIME);
    servesEachItsOwn("real_time", writer -> writer.realTime("5 seconds"));
  }

  @Test
  void servesWithSparksOwnWordForTheRealTimeTrigger() throws Exception {
    assumeTrue(HAS_REAL_TIME);
    Trigger realTime = realTime();
    servesEachItsOwn("own_real_time", writer -> writer.trigger(realTime).outputMode("update"));
  }

  @Test
  void sparksOwnStartInRealTimeNeedsNoMoreThanWhatItAsksFor(@TempDir Path checkpoint)
      throws Exception {
    assumeTrue(HAS_REAL_TIME);
    DataStreamWriter<Row> writer =
        Serving.makeReply(requests("plain_real_time", false), "foo")
            .writeStream()
            .format("continuousServer")
            .option("name", "plain_real_time")
            .option("checkpointLocation", checkpoint.toUri().toString())
            .outputMode("update")
            .trigger(realTime());
    if (System.getProperty("expected.spark").compareTo("4.3") >= 0) {
      assertThatThrownBy(writer::start)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(".option(\"asyncProgressTrackingEnabled\", \"false\")");
    }
    StreamingQuery query = writer.option("asyncProgressTrackingEnabled", "false").start();
    await()
        .ignoreException(IllegalArgumentException.class)
        .until(() -> !Serving.serviceInfo("plain_real_time").isEmpty());
    try (RunningService service = RunningService.of("plain_real_time", query)) {
      assertThat(post(service, "hello").body()).isEqualTo("hello");
    }
  }

  /** Spark's own trigger, which the Spark that the tests of some lines are compiled with lacks. */
  private static Trigger realTime() throws ReflectiveOperationException {
    LocalSpark.SESSION.conf().set("spark.sql.streaming.realTimeMode.allowlistCheck", "false");
    return (Trigger) Trigger.class.getMethod("RealTime", String.class).invoke(null, "5 seconds");
  }

  @Test
  void saysThatThisSparkHasNoRealTimeTrigger() {
    assumeFalse(HAS_REAL_TIME);
    assertThatThrownBy(() -> writer("no_real_time", false, col("foo")).realTime("5 minutes"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("real time needs Spark 4.1")
        .hasMessageContaining("this is Spark " + LocalSpark.SESSION.version());
  }

  private static void servesEachItsOwn(String name, UnaryOperator<ServingWriter> trigger)
      throws Exception {
    ServingWriter writer =
        writer(
            name,
            false,
            struct(length(col("foo")).as("fooLength"), reverse(col("foo")).as("mirrored")));
    ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
    try (RunningService service = RunningService.of(name, trigger.apply(writer).start())) {
      List<Callable<String>> calls =
          IntStream.range(0, REQUESTS)
              .mapToObj(number -> (Callable<String>) () -> wrongAnswer(service, number))
              .collect(toList());

      assertThat(post(service, "hello").body())
          .isEqualTo("{\"fooLength\":5,\"mirrored\":\"olleh\"}");
      assertThat(service.post("no JSON").statusCode()).isEqualTo(400);
      for (Future<String> answer : connections.invokeAll(calls)) {
        assertThat(answer.get()).isEmpty();
      }
    } finally {
      connections.shutdownNow();
    }
  }

  @Test
  void aSupervisedQueryGoesOnAfterARequestThatItFailsOn() throws Exception {
    UserDefinedFunction swallow =
        udf((UDF1<String, String>) ContinuousIT::swallow, DataTypes.StringType)
            .asNondeterministic();
    SupervisedQuery query =
        writer("supervised", false, swallow.apply(col("foo")))
            .trigger(Trigger.Continuous("1 second"))
            .supervise();
    try {
      RunningService service = RunningService.of("supervised", query.query());

      assertThat(post(service, "before").body()).isEqualTo("before");
      assertThat(post(service, "poison").statusCode()).isEqualTo(500);
      assertThat(post(service, "after").body()).isEqualTo("after");
      assertThat(query.restarts()).isEqualTo(2);
      assertThat(query.lastFailure()).isPresent();
    } finally {
      query.stop();
    }
    assertThat(query.state()).isEqualTo(SupervisedQuery.State.STOPPED);
  }

  private static String swallow(String text) {
    if (text.equals("poison")) {
      throw new IllegalStateException("Cannot swallow " + text);
    }
    return text;
  }

  @Test
  void aQueryTakesOverTheServiceOfAnother() throws Exception {
    StreamingQuery first = version("first", false).start();
    try (RunningService before = RunningService.of("taken_over", first)) {
      assertThat(post(before, "who").body()).isEqualTo("first who");

      RunningService after = new RunningService(version("second", true).start(), before.uri());
      try (after) {
        assertThat(first.awaitTermination(60_000)).isTrue();
        assertThat(post(after, "who").body()).isEqualTo("second who");
      }
    }
  }

  private static ServingWriter version(String version, boolean takeover) {
    return writer("taken_over", takeover, concat(lit(version + " "), col("foo")))
        .trigger(Trigger.Continuous("1 second"));
  }

  private static ServingWriter writer(String name, boolean takeover, Column answer) {
    Dataset<Row> answers = requests(name, takeover).withColumn("answer", answer);
    return Serving.writeStream(Serving.makeReply(answers, "answer"))
        .continuousServer()
        .replyTo(name);
  }

  private static Dataset<Row> requests(String name, boolean takeover) {
    return Serving.parseRequest(
        Serving.readStream(LocalSpark.SESSION)
            .continuousServer()
            .address("localhost", 0, name)
            .option("epochLength", "5s")
            .option("takeover", takeover)
            .load(),
        SCHEMA);
  }

  /** Empty when the request got its own reply, else what was wrong. */
  private static String wrongAnswer(RunningService service, int number) throws Exception {
    String foo = "request-" + number + "-of-" + REQUESTS;
    HttpResponse<String> response = post(service, foo);
    String expected =
        "{\"fooLength\":%d,\"mirrored\":\"%s\"}"
            .formatted(foo.length(), new StringBuilder(foo).reverse());
    return response.statusCode() == 200 && response.body().equals(expected)
        ? ""
        : foo + " -> " + response.statusCode() + " " + response.body();
  }

  private static HttpResponse<String> post(RunningService service, String foo) throws Exception {
    return service.post("{\"foo\":\"" + foo + "\",\"bar\":1}");
  }
}
