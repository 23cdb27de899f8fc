package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Records;
import io.sparkserving.Serving;
import java.nio.charset.StandardCharsets;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What a service owes clients that say something beside a body of JSON, or have no body. */
interface ParametersContract extends ContractServices {

  @Test
  default void fieldsComeFromQueriesFormsAndHeaders() throws Exception {
    try (LiveService service = serve("parameters", ParametersContract::joined);
        RawHttp http = service.connect()) {
      String path = service.path();
      assertThat(http.call(RawRequest.get(path + "?foo=hello&bar=1")).text())
          .isEqualTo("hello|1|nobody");
      assertThat(http.call(RawRequest.post(path + "?bar=2", "{\"foo\":\"a\",\"bar\":3}")).text())
          .isEqualTo("a|3|nobody");
      RawRequest form =
          RawRequest.of("POST", path)
              .header("Content-Type", "application/x-www-form-urlencoded")
              .header("X-User", "me")
              .body("foo=a+b&bar=4".getBytes(StandardCharsets.US_ASCII));
      assertThat(http.call(form).text()).isEqualTo("a b|4|me");
      assertThat(Json.problem(http.call(RawRequest.get(path + "?foo=a&bar=x")), 400))
          .contains("The parameter 'bar' is \"x\", expected int.");
      Json.problem(http.call(RawRequest.get(path)), 400);
    }
  }

  @Test
  default void parametersOfThePathTellServicesApart() throws Exception {
    ServiceSpec one =
        ServiceSpec.of("v1/users/{foo}/score", ParametersContract::joined).reading("name", "score");
    try (LiveService score = serve(one)) {
      ServiceSpec two =
          ServiceSpec.of("v1/users/{bar}/limit", ParametersContract::joined)
              .reading("name", "limit")
              .reading("port", Integer.toString(score.port()));
      try (LiveService limit = serve(two).sharingPort();
          RawHttp http = limit.connect()) {
        assertThat(http.call(RawRequest.get("/v1/users/ann%20a/score?bar=1")).text())
            .isEqualTo("ann a|1|nobody");
        assertThat(http.call(RawRequest.post("/v1/users/7/limit/x", "{\"foo\":\"x\"}")).text())
            .isEqualTo("x|7|nobody");
        assertThat(Json.problem(http.call(RawRequest.get("/v1/users/ann/limit")), 400))
            .contains("The parameter 'bar' is \"ann\", expected int.");
        Json.problem(http.call(RawRequest.get("/v1/users/7")), 404);
        Json.problem(http.call(RawRequest.get("/v1/users/7/other")), 404);
      }
    }
  }

  @Test
  default void linesOfCsvAreRecords() throws Exception {
    try (LiveService service = serve("csv", ParametersContract::lengths)) {
      RawRequest csv =
          RawRequest.of("POST", service.path())
              .header("Content-Type", "text/csv")
              .body("foo,bar\nabc,1\n\"a,b\",2\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(service.call(csv).text()).isEqualTo("[{\"bar\":1},{\"bar\":2}]");
    }
  }

  private static Dataset<Row> lengths(Dataset<Row> requests) {
    return Serving.makeReply(
        Serving.parseRequest(requests, StructType.fromDDL("foo STRING, bar INT"), Records.many()),
        "bar");
  }

  private static Dataset<Row> joined(Dataset<Row> requests) {
    StructType schema =
        StructType.fromDDL("foo STRING, bar INT")
            .add(
                "user",
                DataTypes.StringType,
                true,
                new MetadataBuilder().putString("header", "X-User").build());
    Dataset<Row> rows =
        Serving.parseRequest(requests, schema).na().fill("nobody", new String[] {"user"});
    return Pipelines.text(rows, concat_ws("|", col("foo"), col("bar"), col("user")));
  }
}
