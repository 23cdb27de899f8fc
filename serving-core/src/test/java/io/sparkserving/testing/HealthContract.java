package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.ConnectException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** What probes are told. */
interface HealthContract extends ContractServices {

  @Test
  default void aServiceThatHasItsHandsFullIsAliveAndReady() throws Exception {
    Gate gate = Gate.closed("busy");
    ServiceSpec spec = ServiceSpec.of("busy", gate::pipeline).reading("maxQueueSize", "1");
    try (LiveService service = serve(spec);
        gate;
        RawHttp held = service.connect();
        RawHttp probe = service.connect()) {
      awaitReady(service);
      held.send(RawRequest.get(service.path() + Gate.HELD));
      gate.awaitHeld();
      assertThat(Json.of(probe.call(RawRequest.get("/livez"))).path("live").asBoolean()).isTrue();
      JsonNode ready = Json.of(probe.call(RawRequest.get("/readyz")));
      assertThat(ready.path("ready").asBoolean()).isTrue();
      assertThat(ready.path("services").findValuesAsText("service")).containsExactly("busy");
      assertThat(probe.call(RawRequest.of("HEAD", "/readyz")).status()).isEqualTo(200);
      RawResponse posted = probe.call(RawRequest.post("/readyz", "x"));
      Json.problem(posted, 405);
      assertThat(posted.header("Allow")).contains("GET, HEAD");
      Json.problem(probe.call(RawRequest.get("/livez/x")), 404);
      assertThat(service.state().openExchanges()).isEqualTo(1);
      gate.open();
      assertThat(held.read().status()).isEqualTo(200);
    }
  }

  @Test
  default void healthCanHaveAPortOfItsOwnAndAServiceItsPath() throws Exception {
    int management = freePort();
    ServiceSpec spec =
        ServiceSpec.of("livez", Pipelines::address)
            .reading("management.port", Integer.toString(management));
    try (LiveService service = serve(spec)) {
      assertThat(service.get("").text()).isEqualTo("/livez");
      Json.problem(service.call(RawRequest.get("/readyz")), 404);
      try (RawHttp probe = RawHttp.connect(management)) {
        assertThat(Json.of(probe.call(RawRequest.get("/livez"))).path("live").asBoolean()).isTrue();
        await().until(() -> probe.call(RawRequest.get("/readyz")).status() == 200);
        assertThat(Samples.scrape(management, "/metrics").has("spark_serving_ready")).isTrue();
        Json.problem(probe.call(RawRequest.get("/")), 404);
      }
    }
    assertThatThrownBy(() -> new Socket("localhost", management).close())
        .isInstanceOf(ConnectException.class);
  }

  /** A server on an executor learns a moment after it listens that a query takes its requests. */
  private static void awaitReady(LiveService service) {
    await().until(() -> service.call(RawRequest.get("/readyz")).status() == 200);
  }
}
