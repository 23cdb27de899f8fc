package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.BatchFunction;
import io.sparkserving.HttpErrorException;
import io.sparkserving.Records;
import io.sparkserving.Serving;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What a service owes clients that send many records in one request. */
interface RecordsContract extends ContractServices {
  StructType RECORD = StructType.fromDDL("foo STRING, bar INT");

  @Test
  default void recordsOfAnyNumberComeBackInTheirOrder() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("records", RecordsContract::lengths).writing(quickBatchOptions());
    try (LiveService service = serve(spec)) {
      int[] sizes = {1, 2, 0, 50, 0, 1000, 3, 0};
      LoadReport report =
          new LoadClient(service.port(), 64, Volume.of(1_000), Volume.of(Duration.ofMinutes(2)))
              .run(
                  i -> RawRequest.post(service.path(), body(i, sizes[i % sizes.length])),
                  (i, response) -> response.text().equals(reply(i, sizes[i % sizes.length])));
      assertThat(report).matches(all -> all.isAll(200), "every array answered in its order");
      service.awaitNothingOpen();
    }
  }

  @Test
  default void recordsThatAreShuffledComeBackInTheirOrder() throws Exception {
    assumeTrue(canShuffle());
    try (LiveService service = serve("shuffled_records", RecordsContract::shuffled)) {
      int[] sizes = {1, 0, 2, 100};
      LoadReport report =
          new LoadClient(service.port(), 16, 200, Duration.ofMinutes(2))
              .run(
                  i -> RawRequest.post(service.path(), body(i, sizes[i % sizes.length])),
                  (i, response) -> response.text().equals(reply(i, sizes[i % sizes.length])));
      assertThat(report).matches(all -> all.isAll(200), "every array answered in its order");
      service.awaitNothingOpen();
    }
  }

  @Test
  default void oneBadRecordIsA400ThatNamesIt() throws Exception {
    try (LiveService service = serve("bad_records", RecordsContract::lengths)) {
      assertThat(Json.problem(service.post("[{\"foo\":\"a\"},[7]]"), 400)).contains("Record 1 is");
      assertThat(Json.problem(service.post("[]"), 400)).contains("no records");
      assertThat(service.post("[{\"foo\":\"abc\"}]").text()).isEqualTo("[{\"length\":3}]");
    }
  }

  @Test
  default void aFunctionThatFailsOnARecordFailsTheRequestOrTheRecord() throws Exception {
    ServiceSpec whole =
        ServiceSpec.of("whole_records", rows -> picky(rows, Records.many()))
            .writing(quickBatchOptions());
    ServiceSpec inPlace =
        ServiceSpec.of("records_in_place", rows -> picky(rows, Records.many().errorsInPlace()))
            .writing(quickBatchOptions());
    String body = "[{\"foo\":\"good\"},{\"foo\":\"bad\"},{\"foo\":\"fine\"}]";
    try (LiveService service = serve(whole)) {
      RawResponse refused = service.post(body);
      assertThat(Json.problem(refused, 422)).contains("Not that one");
      assertThat(tree(refused).get("record").intValue()).isEqualTo(1);
      service.awaitNothingOpen();
    }
    try (LiveService service = serve(inPlace)) {
      JsonNode records = tree(service.post(body));
      assertThat(records.get(0).get("picked").textValue()).isEqualTo("good");
      assertThat(records.get(1).get("status").intValue()).isEqualTo(422);
      assertThat(records.get(2).get("picked").textValue()).isEqualTo("fine");
      records = tree(service.post("[{\"foo\":\"good\"},7]"));
      assertThat(records.get(0).get("picked").textValue()).isEqualTo("good");
      assertThat(records.get(1).get("status").intValue()).isEqualTo(400);
      Json.problem(service.post("7"), 400);
      service.awaitNothingOpen();
    }
  }

  @Test
  default void aRecordThatIsDroppedIsNull() throws Exception {
    try (LiveService service =
        serve("dropped_records", rows -> lengths(rows).where(col("foo").notEqual("drop")))) {
      assertThat(service.post("[{\"foo\":\"drop\"},{\"foo\":\"keep\"},{\"foo\":\"drop\"}]").text())
          .isEqualTo("[null,{\"length\":4},null]");
      service.awaitNothingOpen();
    }
  }

  @Test
  default void aRequestDoesNotEndBeforeItsLastRecord() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of(
                "last_record",
                rows -> picky(rows, Records.many()).where(col("foo").notEqual("drop")))
            .writing(quickBatchOptions());
    String body = "[{\"foo\":\"drop\"},{\"foo\":\"drop\"},{\"foo\":\"keep\"}]";
    try (LiveService service = serve(spec)) {
      LoadReport report =
          new LoadClient(service.port(), 4, 1_000, Duration.ofMinutes(2))
              .run(
                  i -> RawRequest.post(service.path(), body),
                  (i, response) -> response.text().equals("[null,null,{\"picked\":\"keep\"}]"));
      assertThat(report).matches(all -> all.isAll(200), "the last record in every reply");
      service.awaitNothingOpen();
    }
  }

  private static Dataset<Row> shuffled(Dataset<Row> requests) {
    Dataset<Row> rows = Serving.parseRequest(requests, RECORD, Records.many()).repartition(3);
    return Serving.makeReply(rows.withColumn("length", length(col("foo"))), "length");
  }

  private static Dataset<Row> lengths(Dataset<Row> requests) {
    Dataset<Row> rows = Serving.parseRequest(requests, RECORD, Records.many());
    return Serving.makeReply(rows.withColumn("length", length(col("foo"))), "length");
  }

  private static Dataset<Row> picky(Dataset<Row> requests, Records records) {
    BatchFunction picky =
        rows -> {
          List<Object> picked = new ArrayList<>();
          for (Row row : rows) {
            if (row.getString(0).equals("bad")) {
              throw new HttpErrorException(422, "Not that one");
            }
            picked.add(row.getString(0));
          }
          return picked;
        };
    Dataset<Row> rows = Serving.parseRequest(requests, RECORD, records);
    rows = Serving.withFunction(rows, "picked", picky, DataTypes.StringType, col("foo"));
    return Serving.makeReply(rows.withColumn("picked", struct(col("picked"))), "picked");
  }

  /** One record by itself if {@code size} is 0. */
  private static String body(int request, int size) {
    return size == 0
        ? "{\"foo\":\"" + "x".repeat(request % 50) + "\",\"bar\":7}"
        : IntStream.range(0, size)
            .mapToObj(i -> "{\"foo\":\"" + "x".repeat((request + i) % 50) + "\"}")
            .collect(Collectors.joining(",", "[", "]"));
  }

  private static String reply(int request, int size) {
    return size == 0
        ? "{\"length\":" + request % 50 + "}"
        : IntStream.range(0, size)
            .mapToObj(i -> "{\"length\":" + (request + i) % 50 + "}")
            .collect(Collectors.joining(",", "[", "]"));
  }

  private static JsonNode tree(RawResponse response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }
}
