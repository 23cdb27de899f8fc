package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** A query serves in whatever way its session is set. */
interface SessionContract extends ContractServices {
  Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.codegen.wholeStage", "false",
          "spark.sql.codegen.factoryMode", "NO_CODEGEN",
          "spark.sql.caseSensitive", "true",
          "spark.sql.ansi.enabled", "false");

  @Test
  default void withoutGeneratedCodeOrAnsiAndWithCasesToldApartAServiceAnswers() throws Exception {
    try (LiveService service =
            serveWith(SETTINGS, ServiceSpec.of("set", SessionContract::sumOfTwoCases));
        RawHttp http = service.connect()) {
      RawRequest sum = RawRequest.post("/set", "{\"foo\":1,\"FOO\":\"2\"}");
      assertThat(http.call(sum).text()).isEqualTo("{\"foo\":1,\"FOO\":\"2\",\"sum\":3}");
      RawRequest cast = RawRequest.post("/set", "{\"foo\":1,\"FOO\":\"two\"}");
      assertThat(http.call(cast).text()).isEqualTo("{\"foo\":1,\"FOO\":\"two\"}");
      RawRequest overflow = RawRequest.post("/set", "{\"foo\":2147483647,\"FOO\":\"1\"}");
      assertThat(http.call(overflow).text()).contains("\"sum\":-2147483648");
      Json.problem(http.call(RawRequest.post("/set", "nonsense")), 400);
    }
  }

  private static Dataset<Row> sumOfTwoCases(Dataset<Row> requests) {
    StructType schema = new StructType().add("foo", "int").add("FOO", "string");
    return Serving.makeReply(
        Serving.parseRequest(requests, schema)
            .withColumn("sum", col("foo").plus(col("FOO").cast("int")))
            .select(col("id"), struct(col("foo"), col("FOO"), col("sum")).as("answer")),
        "answer");
  }
}
