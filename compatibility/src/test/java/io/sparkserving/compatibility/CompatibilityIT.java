package io.sparkserving.compatibility;

import static java.util.stream.Collectors.toList;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.reverse;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has to work with the built jar alone, on every Spark line. */
final class CompatibilityIT {
  private static final StructType SCHEMA =
      new StructType().add("foo", DataTypes.StringType).add("bar", DataTypes.IntegerType);
  private static final int CONNECTIONS = 64;
  private static final int REQUESTS = 1_000;

  @Test
  void runsTheShadedJarOnTheSparkOfThisLine() throws Exception {
    ClassLoader loader = CompatibilityIT.class.getClassLoader();
    Path bundle =
        Path.of(Serving.class.getProtectionDomain().getCodeSource().getLocation().toURI());

    assertThat(bundle).isRegularFile().hasFileName(System.getProperty("expected.bundle"));
    assertThat(Collections.list(loader.getResources("io/sparkserving/Serving.class"))).hasSize(1);
    assertThat(loader.getResource("org/eclipse/jetty/server/Server.class")).isNull();
    assertThat(
            Class.forName("io.sparkserving.shaded.org.eclipse.jetty.server.Server")
                .getProtectionDomain()
                .getCodeSource())
        .isEqualTo(Serving.class.getProtectionDomain().getCodeSource());
    assertThat(LocalSpark.SESSION.version()).isEqualTo(System.getProperty("expected.spark"));
    assertThat(scala.util.Properties.versionNumberString())
        .startsWith(System.getProperty("expected.scala") + ".");
  }

  @Test
  void servesTheHelloWorldOfTheFluentApi() throws Exception {
    Dataset<Row> replies = Serving.makeReply(withFooLength(requests("fluent")), "fooLength");

    try (RunningService service =
        RunningService.of(
            "fluent", Serving.writeStream(replies).server().replyTo("fluent").start())) {
      HttpResponse<String> response = service.post("{\"foo\":\"hello\",\"bar\":1}");

      assertThat(response.body()).isEqualTo("{\"fooLength\":5}");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
      assertThat(service.get("/fluent/openapi.json").body()).contains("\"bar\"", "\"fooLength\"");
      assertThat(service.get("/fluent/docs/swagger-ui-bundle.js").body())
          .contains("SwaggerUIBundle");
    }
  }

  @Test
  void servesThroughSparksOwnReaderAndWriterWithOptionsInOddCase(@TempDir Path checkpoint)
      throws Exception {
    Dataset<Row> requests =
        LocalSpark.SESSION
            .readStream()
            .format("server")
            .option("HOST", "localhost")
            .option("Port", "0")
            .option("pAtH", "plain")
            .option("NUMPARTITIONS", "2")
            .load();
    Dataset<Row> replies =
        Serving.makeReply(withFooLength(Serving.parseRequest(requests, SCHEMA)), "fooLength");

    try (RunningService service =
        RunningService.of(
            "plain",
            replies
                .withColumnRenamed("id", "requestId")
                .withColumnRenamed("reply", "answer")
                .writeStream()
                .format("server")
                .option("NAME", "plain")
                .option("IDCOL", "requestId")
                .option("replycol", "answer")
                .option("checkpointLocation", checkpoint.toUri().toString())
                .start())) {
      assertThat(service.post("{\"foo\":\"hello\",\"bar\":1}").body())
          .isEqualTo("{\"fooLength\":5}");
      assertThat(Files.exists(checkpoint.resolve("metadata"))).isTrue();
    }
  }

  @Test
  void answersBodiesThatDoNotParseWith400AndGoesOnServing() throws Exception {
    Dataset<Row> replies = Serving.makeReply(withFooLength(requests("parsing")), "fooLength");

    try (RunningService service =
        RunningService.of(
            "parsing", Serving.writeStream(replies).server().replyTo("parsing").start())) {
      for (String body : List.of("hello", "{\"foo\":", "\"text\"", "17")) {
        HttpResponse<String> response = service.post(body);

        assertThat(response.statusCode()).as(body).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type"))
            .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(response.body()).contains("\"status\":400", "\"title\"", "\"detail\"");
      }
      assertThat(service.post("{\"foo\":\"hello\",\"bar\":1}").body())
          .isEqualTo("{\"fooLength\":5}");
    }
  }

  @Test
  void answersEachOf64ConnectionsWithItsOwnReplies() throws Exception {
    Dataset<Row> replies =
        Serving.makeReply(
            requests("mix_up").withColumn("mirrored", reverse(col("foo"))), "mirrored");
    ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);

    try (RunningService service =
        RunningService.of(
            "mix_up", Serving.writeStream(replies).server().replyTo("mix_up").start())) {
      List<Callable<String>> calls =
          IntStream.range(0, REQUESTS)
              .mapToObj(number -> (Callable<String>) () -> wrongAnswer(service, number))
              .collect(toList());
      for (Future<String> answer : connections.invokeAll(calls)) {
        assertThat(answer.get()).isEmpty();
      }
    } finally {
      connections.shutdownNow();
    }
  }

  /** Empty when the request got its own reply, else what was wrong. */
  private static String wrongAnswer(RunningService service, int number) throws Exception {
    String foo = "request-" + number + "-of-" + REQUESTS;
    HttpResponse<String> response =
        service.post("{\"foo\":\"" + foo + "\",\"bar\":" + number + "}");
    String expected = new StringBuilder(foo).reverse().toString();
    return response.statusCode() == 200 && response.body().equals(expected)
        ? ""
        : foo + " -> " + response.statusCode() + " " + response.body();
  }

  private static Dataset<Row> requests(String api) {
    return Serving.parseRequest(
        Serving.readStream(LocalSpark.SESSION).server().address("localhost", 0, api).load(),
        SCHEMA);
  }

  private static Dataset<Row> withFooLength(Dataset<Row> requests) {
    return requests.withColumn("fooLength", length(col("foo")));
  }
}
