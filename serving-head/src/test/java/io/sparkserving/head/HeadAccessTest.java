package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import io.sparkserving.testing.LogCapture;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.SparkSessions;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class HeadAccessTest {
  private static final String TOKEN = "swordfish-0123456789";
  private static final String WARNING = "asks nobody for a token";

  @Test
  void aServiceThatAllMayCallWarnsOnceAndOneWithTokensShowsThemNowhere() throws Exception {
    try (SparkSession spark = SparkSessions.start("local[2]");
        LogCapture log = new LogCapture()) {
      Map<String, String> everywhere = Map.of("host", "0.0.0.0");
      HeadService.start(spark, "open", everywhere, HeadPipelines::echo).close();
      assertThat(log.lines().stream().filter(line -> line.contains(WARNING)))
          .singleElement()
          .asString()
          .contains("'open'", "0.0.0.0");
      log.lines().clear();

      Map<String, String> guarded = Map.of("host", "0.0.0.0", "auth.tokens", TOKEN);
      try (HeadService service = HeadService.start(spark, "guarded", guarded, HeadPipelines::echo);
          RawHttp http = RawHttp.connect(service.port())) {
        RawRequest request = RawRequest.post("/guarded", "body");
        assertThat(http.call(request).status()).isEqualTo(401);
        RawRequest authorized = request.header("Authorization", "Bearer " + TOKEN);
        assertThat(http.call(authorized).status()).isEqualTo(200);
      }
      HeadService.start(spark, "local", Map.of(), HeadPipelines::echo).close();
      Dataset<Row> requests =
          Serving.readStream(spark).server().address("localhost", 0, "api").options(guarded).load();
      assertThat(requests.queryExecution().toString()).contains("0.0.0.0").doesNotContain(TOKEN);
      assertThat(log.lines())
          .isNotEmpty()
          .noneMatch(line -> line.contains(WARNING))
          .noneMatch(line -> line.contains(TOKEN));
    }
  }
}
