package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.BatchFunction;
import io.sparkserving.HttpErrorException;
import io.sparkserving.Serving;
import io.sparkserving.ServingFunctions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** What functions of batches owe a query and its clients. */
interface FunctionContract extends ContractServices {

  @Test
  default void aFunctionAnswersEveryRequestWithItsOwnValue() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("shouting", rows -> shout(text(rows))).writing(quickBatchOptions());
    try (LiveService service = serve(spec)) {
      LoadReport report =
          new LoadClient(service.port(), 64, Volume.of(2_000), Volume.of(Duration.ofMinutes(2)))
              .run(
                  i -> RawRequest.post(service.path(), "request " + i),
                  (i, response) -> response.text().equals("REQUEST " + i));
      assertThat(report).matches(all -> all.isAll(200), "every request answered with its own body");
      service.awaitNothingOpen();
    }
  }

  @Test
  default void onlyRequestsOnWhichAFunctionFailsAreAnsweredWithAnError() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("picky", rows -> reply(picky(text(rows)))).writing(quickBatchOptions());
    try (LiveService service = serve(spec)) {
      LoadReport report =
          new LoadClient(service.port(), 32, 1000, Duration.ofMinutes(2))
              .run(
                  i -> RawRequest.post(service.path(), (i % 100 == 7 ? "bad " : "good ") + i),
                  (i, response) ->
                      i % 100 == 7
                          ? response.status() == 500
                          : response.text().equals("good " + i));
      assertThat(report.mismatches()).as("%s", report).isZero();
      assertThat(report.byStatus()).isEqualTo(Map.of(200, 990, 500, 10));
      assertThat(Json.problem(service.post("bad"), 500)).doesNotContain("secret");
      RawResponse refused = service.post("refused");
      assertThat(Json.problem(refused, 422)).contains("Not that one");
      assertThat(refused.header("X-Reason")).contains("taste");
      assertThat(refused.headers("Content-Type")).containsExactly("application/problem+json");
      service.awaitNothingOpen();
    }
  }

  @Test
  default void functionsStandOneAfterTheOtherAndBeforeFilters() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("chain", FunctionContract::chain)
            .reading("noReplyStatus", "404")
            .writing(quickBatchOptions());
    try (LiveService service = serve(spec)) {
      LoadReport report =
          new LoadClient(service.port(), 16, 400, Duration.ofMinutes(2))
              .run(
                  i -> RawRequest.post(service.path(), i % 20 == 3 ? "drop" : "keep " + i),
                  (i, response) ->
                      i % 20 == 3 ? response.status() == 404 : response.text().equals("KEEP " + i));
      assertThat(report.mismatches()).as("%s", report).isZero();
      assertThat(report.byStatus()).isEqualTo(Map.of(200, 380, 404, 20));
      service.awaitNothingOpen();
    }
  }

  @Test
  default void aFunctionMayGiveItsValuesLater() throws Exception {
    ServiceSpec spec = ServiceSpec.of("later", FunctionContract::later);
    try (LiveService service = serve(spec)) {
      assertThat(service.post("hello").text()).isEqualTo("HELLO");
      Json.problem(service.post("bad"), 500);
      assertThat(service.post("again").text()).isEqualTo("AGAIN");
      service.awaitNothingOpen();
    }
  }

  @Test
  default void aFunctionThatReturnsWhatDoesNotFitIsAnswered500() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("misfit", rows -> reply(misfit(text(rows)))).writing(quickBatchOptions());
    try (LiveService service = serve(spec)) {
      Json.problem(service.post("short"), 500);
      Json.problem(service.post("number"), 500);
      Json.problem(service.post("null list"), 500);
      assertThat(service.post("fits").text()).isEqualTo("fits");
      assertThat(service.query().isActive()).isTrue();
    }
  }

  @Test
  default void aFunctionIsMeasured() throws Exception {
    assumeTrue(tasksAreBesideServers());
    ServiceSpec spec =
        ServiceSpec.of("measured-function", rows -> reply(picky(text(rows))))
            .writing(quickBatchOptions());
    try (LiveService service = serve(spec)) {
      for (int i = 0; i < 10; i++) {
        assertThat(service.post("good").status()).isEqualTo(200);
      }
      Json.problem(service.post("bad"), 500);
      Json.problem(service.post("refused"), 422);
      service.awaitNothingOpen();
      Samples samples = Samples.scrape(service.port(), "/metrics");
      String[] labels = {"service=\"measured-function\"", "function=\"said\""};
      assertThat(samples.sum("spark_serving_function_rows_total", labels)).isEqualTo(12);
      assertThat(samples.sum("spark_serving_function_batches_total", labels)).isEqualTo(12);
      assertThat(samples.sum("spark_serving_function_time_seconds_count", labels)).isEqualTo(12);
      assertThat(samples.sum("spark_serving_function_batch_rows_sum", labels)).isEqualTo(12);
      assertThat(samples.sum("spark_serving_function_waiting_rows", labels)).isZero();
      assertThat(errors(samples, "IllegalStateException")).isEqualTo(1);
      assertThat(errors(samples, "HttpError")).isEqualTo(1);
      assertThat(errors(samples, "")).isEqualTo(2);
    }
  }

  private static double errors(Samples samples, String kind) {
    return samples.sum("spark_serving_function_errors_total", "kind=\"" + kind);
  }

  private static Dataset<Row> text(Dataset<Row> requests) {
    return requests.select(col("id"), ServingFunctions.requestToString(col("request")).as("text"));
  }

  private static Dataset<Row> reply(Dataset<Row> rows) {
    return Serving.makeReply(rows, "said");
  }

  private static Dataset<Row> shout(Dataset<Row> rows) {
    return reply(upper(rows, "said", col("text")));
  }

  private static Dataset<Row> upper(Dataset<Row> rows, String name, Column from) {
    BatchFunction upper =
        batch -> batch.stream().map(row -> row.getString(0).toUpperCase(Locale.ROOT)).toList();
    return Serving.withFunction(rows, name, upper, DataTypes.StringType, from);
  }

  private static Dataset<Row> picky(Dataset<Row> rows) {
    BatchFunction picky =
        batch -> {
          for (Row row : batch) {
            if (row.getString(0).startsWith("bad")) {
              throw new IllegalStateException("a secret");
            }
            if (row.getString(0).startsWith("refused")) {
              throw new HttpErrorException(
                  422, "Not that one", Map.of("X-Reason", "taste", "content-type", "text/plain"));
            }
          }
          return batch.stream().map(row -> row.getString(0)).toList();
        };
    return Serving.withFunction(rows, "said", picky, DataTypes.StringType, col("text"));
  }

  private static Dataset<Row> chain(Dataset<Row> requests) {
    BatchFunction lengths = batch -> batch.stream().map(row -> row.getString(0).length()).toList();
    Dataset<Row> loud = upper(text(requests), "loud", col("text"));
    Dataset<Row> counted =
        Serving.withFunction(loud, "size", lengths, DataTypes.IntegerType, col("loud"));
    return reply(
        counted
            .filter(col("loud").notEqual(lit("DROP")).and(col("size").equalTo(length(col("text")))))
            .withColumn("said", col("loud")));
  }

  private static Dataset<Row> later(Dataset<Row> requests) {
    return reply(
        Serving.withAsyncFunction(
            text(requests),
            "said",
            batch ->
                CompletableFuture.supplyAsync(
                    () -> {
                      List<String> said = new ArrayList<>();
                      for (Row row : batch) {
                        if (row.getString(0).equals("bad")) {
                          throw new IllegalStateException("a secret");
                        }
                        said.add(row.getString(0).toUpperCase(Locale.ROOT));
                      }
                      return said;
                    }),
            DataTypes.StringType,
            col("text")));
  }

  private static Dataset<Row> misfit(Dataset<Row> rows) {
    BatchFunction misfit =
        batch ->
            switch (batch.get(0).getString(0)) {
              case "short" -> List.of();
              case "null list" -> null;
              case "number" -> batch.stream().map(row -> 1).toList();
              default -> batch.stream().map(row -> row.getString(0)).toList();
            };
    return Serving.withFunction(rows, "said", misfit, DataTypes.StringType, col("text"));
  }
}
