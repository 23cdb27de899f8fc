package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import io.sparkserving.schema.ServingSchemas;
import java.util.Map;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/** A value means to the query what it means to the client, and on the way back as well. */
interface ValueContract extends ContractServices {

  @Test
  default void numbersTimesAndOddNamesComeBackAsTheyWent() throws Exception {
    Map<String, String> settings = Map.of("spark.sql.session.timeZone", "Asia/Kolkata");
    try (LiveService service =
            serveWith(settings, ServiceSpec.of("values", ValueContract::values));
        RawHttp http = service.connect()) {
      for (String same :
          new String[] {
            "{\"n\":9007199254740993,\"d\":\"NaN\"}",
            "{\"n\":9223372036854775807,\"d\":\"Infinity\"}",
            "{\"n\":-9223372036854775808,\"d\":\"-Infinity\",\"a b.c\":\"of an odd name\"}"
          }) {
        assertBecomes(http, same, same);
      }
      // A field that comes twice, and a time of another zone.
      assertBecomes(
          http,
          "{\"n\":1,\"n\":2,\"t\":\"2026-03-29T02:30:00.123+02:00\"}",
          "{\"n\":2,\"t\":\"2026-03-29T06:00:00.123+05:30\"}");
      // A mark of the order of bytes, and a time of the session's own zone.
      assertBecomes(
          http,
          "\ufeff{\"t\":\"2026-03-29T12:00:00\"}",
          "{\"t\":\"2026-03-29T12:00:00.000+05:30\"}");
    }
  }

  private static Dataset<Row> values(Dataset<Row> requests) {
    StructType schema =
        new StructType()
            .add("n", "long")
            .add("d", "double")
            .add("t", "timestamp")
            .add("a b.c", "string");
    return Serving.makeReply(
        Serving.parseRequest(requests, schema)
            .select(
                col("id"), struct(col("n"), col("d"), col("t"), col("`a b.c`")).as("the answer")),
        "the answer");
  }

  private static void assertBecomes(RawHttp http, String sent, String answer) throws Exception {
    RawResponse response = http.call(RawRequest.post("/values", sent));
    assertThat(response.status()).as("%s for %s", response, sent).isEqualTo(200);
    assertThat(response.text()).as("answer to %s", sent).isEqualTo(answer);
  }

  @Test
  default void functionsOfTypedDatasetsMayStandBetweenRequestAndReply() throws Exception {
    try (LiveService service = serve("typed_rows", ValueContract::typed);
        RawHttp http = service.connect()) {
      RawRequest order = RawRequest.post("/typed_rows", "{\"item\":\"ab\",\"count\":3}");
      assertThat(http.call(order).text()).isEqualTo("ababab");
      RawRequest none = RawRequest.post("/typed_rows", "{\"item\":\"ab\",\"count\":0}");
      Json.problem(http.call(none), 500);
    }
  }

  private static Dataset<Row> typed(Dataset<Row> requests) {
    StructType schema = new StructType().add("item", "string").add("count", "int");
    FilterFunction<Tuple2<Row, Order>> wanted = each -> each._2().getCount() > 0;
    MapFunction<Tuple2<Row, Order>, Tuple2<Row, String>> fill =
        each -> new Tuple2<>(each._1(), each._2().getItem().repeat(each._2().getCount()));
    Dataset<Row> filled =
        Serving.parseRequest(requests, schema)
            .select(col("id"), struct(col("item"), col("count")).as("order"))
            .as(Encoders.tuple(Encoders.row(ServingSchemas.ID), Encoders.bean(Order.class)))
            .filter(wanted)
            .map(fill, Encoders.tuple(Encoders.row(ServingSchemas.ID), Encoders.STRING()))
            .toDF("id", "filled");
    return Serving.makeReply(filled, "filled");
  }
}
