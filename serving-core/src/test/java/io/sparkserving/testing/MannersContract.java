package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

/** What a service can do for its callers besides answering them. */
interface MannersContract extends ContractServices {
  String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  default void bodiesTravelSmallAndPagesOfOtherOriginsMayCall() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("mannered", Pipelines::bodyText)
            .reading("compression", "true")
            .reading("cors.origins", "https://app.example");
    try (LiveService service = serve(spec);
        RawHttp http = service.connect()) {
      String text = "as it was before ".repeat(1000);
      RawRequest request =
          RawRequest.post("/mannered", Gzip.compress(text))
              .header("Content-Encoding", "gzip")
              .header("Accept-Encoding", "br, gzip")
              .header("Origin", "https://app.example");
      RawResponse response = http.call(request);
      assertThat(response.status()).as("%s", response).isEqualTo(200);
      assertThat(response.headers("Content-Encoding")).containsExactly("gzip");
      assertThat(Gzip.inflate(response.body())).contains(text);
      assertThat(response.header("Access-Control-Allow-Origin")).contains("https://app.example");
    }
  }

  @Test
  default void aServiceTakesItsMethodsOnlyKeepsIdsAndLogsItsRequests() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("polite", Pipelines::mirror)
            .reading("methods", "POST,PUT")
            .reading("requestId", "true")
            .reading("accessLog", "json");
    try (LiveService service = serve(spec);
        Probes.Logs log = Probes.logs(Map.of("io.sparkserving.access", Level.INFO));
        RawHttp http = service.connect()) {
      RawResponse refused = http.call(RawRequest.get("/polite"));
      Json.problem(refused, 405);
      assertThat(refused.header("Allow")).contains("POST, PUT");
      assertThat(refused.header("X-Request-Id")).isPresent();
      RawRequest request = RawRequest.post("/polite", "x");
      RawResponse kept =
          http.call(request.header("x-request-id", "mine-1").header("Traceparent", TRACEPARENT));
      assertThat(kept.headers("X-Request-Id")).containsExactly("mine-1");
      assertThat(kept.headers("traceparent")).containsExactly(TRACEPARENT);
      assertThat(kept.text()).contains("\"mine-1\"", TRACEPARENT);
      for (RawRequest each : new RawRequest[] {request, request.header("X-Request-Id", "a b")}) {
        RawResponse made = http.call(each);
        assertThat(made.status()).isEqualTo(200);
        assertThat(made.headers("X-Request-Id")).singleElement().asString().hasSize(36);
        assertThat(made.headers("traceparent")).isEmpty();
        assertThat(made.text())
            .contains(made.header("X-Request-Id").orElseThrow())
            .doesNotContain("a b");
      }
      await().until(() -> log.lines().size() == 4);
      assertThat(log.lines())
          .anyMatch(line -> line.contains("\"status\":405"))
          .anyMatch(line -> line.contains("\"status\":200") && line.contains("\"mine-1\""));
    }
  }
}
