package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

/** Who may call. */
interface AccessContract extends ContractServices {

  @Test
  default void onlyWhoShowsATokenIsServedAndTheQueryDoesNotSeeIt() throws Exception {
    Path file = Files.createTempFile("tokens", ".txt");
    Files.writeString(file, "# of the file\nmineral-3333333333\n");
    ServiceSpec spec =
        ServiceSpec.of("guarded", Pipelines::mirror)
            .reading("auth.tokens", "animal-1111111111, plant-22222222222")
            .reading("auth.tokensFile", file.toString());
    try (LiveService service = serve(spec);
        RawHttp http = service.connect()) {
      RawRequest request = RawRequest.post("/guarded", "body");
      RawResponse stranger = http.call(request);
      Json.problem(stranger, 401);
      assertThat(stranger.header("WWW-Authenticate")).contains("Bearer realm=\"guarded\"");
      RawResponse impostor = http.call(request.header("Authorization", "Bearer animal-1111111112"));
      Json.problem(impostor, 401);
      assertThat(impostor.header("WWW-Authenticate").orElseThrow()).contains("invalid_token");
      Json.problem(http.call(request.header("Authorization", "Basic animal-1111111111")), 401);
      Json.problem(http.call(request.header("X-API-Key", "")), 401);
      assertServed(http.call(request.header("authorization", "bearer animal-1111111111")));
      assertServed(http.call(request.header("X-API-Key", "plant-22222222222")));
      assertServed(http.call(request.header("Authorization", "Bearer mineral-3333333333")));
      assertThat(http.call(RawRequest.get("/livez")).status()).isEqualTo(200);
      assertThat(service.state().accepted()).isEqualTo(3);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  default void noHeaderWithATokenReachesTheQuery() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("guarded", Pipelines::mirror)
            .reading("auth.tokens", "animal-1111111111, plant-22222222222");
    try (LiveService service = serve(spec);
        RawHttp http = service.connect()) {
      RawRequest request =
          RawRequest.post("/guarded", "body").header("X-API-Key", "plant-22222222222");
      for (RawRequest twice :
          List.of(
              request.header("Authorization", "Bearer animal-1111111111"),
              request.header("authorization", "bearer plant-22222222222"),
              request.header("Authorization", "Basic animal-1111111111"),
              request.header("x-api-key", "plant-22222222222"),
              request.header("X-API-Key", "wrong, animal-1111111111"),
              request
                  .header("Authorization", "Bearer animal-1111111111,Bearer animal-1111111111")
                  .header("X-API-Key", "animal-1111111111"))) {
        assertServed(http.call(twice));
      }
      RawResponse both =
          http.call(
              request
                  .header("Authorization", "Bearer animal-1111111111")
                  .header("Authorization", "Basic of-the-query")
                  .header("Authorization", "Bearer of-another-service"));
      assertServed(both);
      assertThat(both.text()).contains("Basic of-the-query", "Bearer of-another-service");
    }
  }

  @Test
  default void howAServiceIsIsToldToWhoShowsOneOfItsTokens() throws Exception {
    int coordinator = freePort();
    ServiceSpec spec =
        ServiceSpec.of("guarded", Pipelines::echo)
            .reading("auth.tokens", "animal-1111111111")
            .reading("coordinator.port", Integer.toString(coordinator));
    try (LiveService service = serve(spec)) {
      await().until(() -> get(service.port(), "/readyz", "").status() == 200);
      assertThat(get(service.port(), "/livez", "").status()).isEqualTo(200);
      RawResponse stranger = get(service.port(), "/metrics", "");
      Json.problem(stranger, 401);
      assertThat(stranger.header("WWW-Authenticate")).contains("Bearer realm=\"_serving\"");
      Json.problem(get(service.port(), "/metrics", "plant-22222222222"), 401);
      assertThat(get(service.port(), "/metrics", "animal-1111111111").text()).contains("guarded");
      assertThat(get(coordinator, "/_serving/", "").status()).isEqualTo(200);
      for (String path :
          List.of("status", "prometheus-targets", "services/guarded", "services/nobody")) {
        Json.problem(get(coordinator, "/_serving/" + path, ""), 401);
        RawResponse told = get(coordinator, "/_serving/" + path, "animal-1111111111");
        assertThat(told.status()).as(path).isEqualTo(path.endsWith("nobody") ? 404 : 200);
      }
      assertThat(get(coordinator, "/_serving/metrics", "animal-1111111111").status())
          .isEqualTo(200);
    }
  }

  @Test
  default void anOptionTellsSomeOfItToWhoeverAsks() throws Exception {
    int coordinator = freePort();
    ServiceSpec spec =
        ServiceSpec.of("open", Pipelines::echo)
            .reading("auth.tokens", "animal-1111111111")
            .reading("auth.open", "metrics, page")
            .reading("coordinator.port", Integer.toString(coordinator));
    try (LiveService service = serve(spec)) {
      assertThat(get(service.port(), "/metrics", "").text()).contains("\"open\"");
      assertThat(get(coordinator, "/_serving/metrics", "").status()).isEqualTo(200);
      assertThat(get(coordinator, "/_serving/status", "").text()).contains("\"open\"");
      Json.problem(get(coordinator, "/_serving/services/open", ""), 401);
      Json.problem(service.post("body"), 401);
    }
  }

  @Test
  default void theNameOfACallersTokenIsKnownAndNeverTheToken() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("named", requests -> Pipelines.text(requests, to_json(struct(col("*")))))
            .reading("auth.tokens", "zoo=animal-1111111111, plant-22222222222")
            .reading("includeCaller", "true")
            .reading("includeTimestamp", "true")
            .reading("accessLog", "json");
    try (LiveService service = serve(spec);
        Probes.Logs logs = Probes.logs(Map.of("io.sparkserving", Level.INFO))) {
      RawRequest request = RawRequest.post(service.path(), "body");
      JsonNode named = Json.of(service.call(request.header("X-API-Key", "animal-1111111111")));
      assertThat(named.path("caller").asText()).isEqualTo("zoo");
      assertThat(named.has("timestamp")).isTrue();
      JsonNode unnamed = Json.of(service.call(request.header("X-API-Key", "plant-22222222222")));
      assertThat(unnamed.has("caller")).isFalse();
      assertThat(service.call(request).status()).isEqualTo(401);
      await()
          .untilAsserted(
              () ->
                  assertThat(logs.lines().stream().filter(line -> line.contains("\"POST\"")))
                      .hasSize(3));
      assertThat(logs.lines())
          .anyMatch(line -> line.contains("\"caller\":\"zoo\""))
          .noneMatch(line -> line.contains("111111") || line.contains("222222"));
      RawRequest scrape = RawRequest.get("/metrics").header("X-API-Key", "plant-22222222222");
      Samples samples = Samples.scrape(service.port(), scrape);
      String counter = "spark_serving_caller_requests_total";
      assertThat(samples.sum(counter, "caller=\"zoo\"", "status=\"200\"")).isEqualTo(1);
      assertThat(samples.sum(counter)).isEqualTo(1);
    }
  }

  private static RawResponse get(int port, String path, String token) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      RawRequest request = RawRequest.get(path);
      return http.call(token.isEmpty() ? request : request.header("X-API-Key", token));
    }
  }

  private static void assertServed(RawResponse response) {
    assertThat(response.status()).as("%s", response).isEqualTo(200);
    assertThat(response.text()).contains("/guarded").doesNotContain("111111", "222222", "333333");
  }
}
