package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server tells of its requests. */
interface MetricsContract extends ContractServices {

  String TOKEN = "animal-1111111111";

  @Test
  default void whatHappensToRequestsIsToldToWhoeverShowsAToken() throws Exception {
    Gate gate = Gate.closed("measured");
    int coordinator = freePort();
    ServiceSpec spec =
        ServiceSpec.of("measured", gate::pipeline)
            .reading("auth.tokens", TOKEN)
            .reading("coordinator.port", Integer.toString(coordinator));
    try (LiveService service = serve(spec);
        gate;
        RawHttp held = service.connect();
        RawHttp other = service.connect()) {
      RawRequest request = RawRequest.post(service.path() + Gate.HELD, "body");
      Json.problem(other.call(request), 401);
      held.send(request.header("X-API-Key", TOKEN));
      gate.awaitHeld();
      await().untilAsserted(() -> assertThat(answers(service, "401")).isEqualTo(1));
      Samples during = scrape(service);
      assertThat(during.sum("spark_serving_in_flight", "service=\"measured\"")).isEqualTo(1);
      assertThat(during.sum("spark_serving_leased")).isEqualTo(1);
      assertThat(during.sum("spark_serving_queue_size")).isZero();
      assertThat(during.sum("spark_serving_query_time_seconds_count")).isZero();
      assertThat(sum(status(coordinator).findValues("inFlight"))).isEqualTo(1);

      gate.open();
      assertThat(held.read().status()).isEqualTo(200);

      await().untilAsserted(() -> assertThat(answers(service, "200")).isEqualTo(1));
      Samples after = scrape(service);
      assertThat(after.sum("spark_serving_in_flight")).isZero();
      assertThat(after.sum("spark_serving_queue_time_seconds_count")).isEqualTo(1);
      assertThat(after.sum("spark_serving_query_time_seconds_count")).isEqualTo(1);
      assertThat(after.sum("spark_serving_reply_time_seconds_count")).isEqualTo(2);
      assertThat(after.sum("spark_serving_request_bytes_total")).isEqualTo(8);
      assertThat(after.sum("spark_serving_response_bytes_total")).isGreaterThan(14);
      JsonNode shown = status(coordinator);
      assertThat(shown.findValuesAsText("name")).containsExactly("measured");
      assertThat(shown.findValuesAsText("state")).containsOnly("serving");
      assertThat(sum(shown.findValues("200"))).isEqualTo(1);
      assertThat(sum(shown.findValues("inFlight"))).isZero();
      assertThat(shown.findValuesAsText("status")).containsExactly("401");
      assertThat(shown.toString()).doesNotContain("animal", Gate.HELD, "body");
    }
  }

  /** What the driver's page is told, wherever the servers are. */
  private static JsonNode status(int port) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return Json.of(http.call(RawRequest.get("/_serving/status").header("X-API-Key", TOKEN)));
    }
  }

  private static int sum(List<JsonNode> numbers) {
    return numbers.stream().mapToInt(JsonNode::asInt).sum();
  }

  private static double answers(LiveService service, String status) throws IOException {
    return scrape(service).sum("spark_serving_requests_total", "status=\"" + status + "\"");
  }

  private static Samples scrape(LiveService service) throws IOException {
    return Samples.scrape(
        service.port(), RawRequest.get("/metrics").header("Authorization", "Bearer " + TOKEN));
  }
}
