package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.upper;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.Serving;
import io.sparkserving.ServingFunctions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What a query that reads its requests more than once owes its clients. */
interface BranchContract extends ContractServices {
  /** Whether Spark takes queries that read their requests more than once, in this mode. */
  default boolean takesBranches() {
    return true;
  }

  @Test
  default void endpointsMayBeBranchesOfOneStream() throws Exception {
    assumeTrue(takesBranches(), "no branches in this mode");
    ServiceSpec spec =
        ServiceSpec.of("branches", BranchContract::endpoints)
            .reading("loadShedding", "false")
            .writing(quickBatchOptions());
    try (LiveService service = serve(spec)) {
      assertAllAnswered(service);
    }
  }

  /** Each task has a partition of both, and there are as many as a branch alone would have. */
  @Test
  default void aTaskMayReadBothBranches() throws Exception {
    assumeTrue(takesBranches(), "no branches in this mode");
    ServiceSpec spec =
        ServiceSpec.of("coalesced", requests -> endpoints(requests).coalesce(2))
            .reading("numPartitions", "2")
            .reading("loadShedding", "false")
            .writing(quickBatchOptions());
    try (LiveService service = serve(spec)) {
      assertAllAnswered(service);
    }
  }

  private static void assertAllAnswered(LiveService service) throws InterruptedException {
    LoadReport report =
        new LoadClient(service.port(), 16, 200, Duration.ofMinutes(2))
            .run(
                i ->
                    i % 2 == 0
                        ? RawRequest.post(service.path() + "/shout", "text " + i)
                        : RawRequest.post(service.path() + "/length", "{\"text\":\"" + i + "\"}"),
                (i, response) ->
                    response
                        .text()
                        .equals(
                            i % 2 == 0
                                ? "TEXT " + i
                                : "{\"length\":" + Integer.toString(i).length() + "}"));
    assertThat(report).matches(all -> all.isAll(200), "every request answered by its endpoint");
    service.awaitNothingOpen();
  }

  @Test
  default void foreachBatchMayLogRequestsAndReplyToThem() throws Exception {
    assumeTrue(takesBranches(), "no foreachBatch in this mode");
    Set<String> logged = ConcurrentHashMap.newKeySet();
    AtomicInteger again = new AtomicInteger();
    VoidFunction2<Dataset<Row>, Long> logAndReply =
        (batch, number) -> {
          List<Row> log = batch.select("value").collectAsList();
          log.forEach(row -> logged.add(row.getString(0)));
          Serving.makeReply(batch, "value")
              .select(ServingFunctions.sendReply("each_batch", col("reply"), col("id")).as("sent"))
              .write()
              .format("noop")
              .mode("overwrite")
              .save();
          again.addAndGet((int) batch.count() - log.size());
        };
    ServiceSpec spec =
        ServiceSpec.of(
                "each_batch", requests -> Serving.parseRequest(requests, DataTypes.StringType))
            .reading("loadShedding", "false");
    try (LiveService service = serveBatches(spec, logAndReply)) {
      LoadReport report =
          new LoadClient(service.port(), 12, 40, Duration.ofMinutes(2))
              .run(
                  i -> RawRequest.post(service.path(), "text " + i),
                  (i, response) -> response.text().equals("text " + i));
      assertThat(report).matches(all -> all.isAll(200), "every request answered with its text");
      await().untilAsserted(() -> assertThat(logged).hasSize(40));
      assertThat(again).hasValue(0);
    }
  }

  private static Dataset<Row> endpoints(Dataset<Row> requests) {
    Dataset<Row> shout =
        Serving.parseRequest(endpoint(requests, "/shout"), DataTypes.StringType)
            .withColumn("shout", upper(col("value")));
    Dataset<Row> lengths =
        Serving.parseRequest(
                endpoint(requests, "/length"), new StructType().add("text", DataTypes.StringType))
            .withColumn("length", length(col("text")));
    return reply(shout, "shout").union(reply(lengths, "length"));
  }

  private static Dataset<Row> endpoint(Dataset<Row> requests, String path) {
    return requests.filter(col("request.requestLine.uri").endsWith(path));
  }

  private static Dataset<Row> reply(Dataset<Row> rows, String column) {
    return Serving.makeReply(rows, column).select("id", "reply");
  }
}
