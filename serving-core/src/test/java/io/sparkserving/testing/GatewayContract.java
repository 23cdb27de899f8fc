package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a mode with a gateway owes its clients. */
public interface GatewayContract extends ContractServices {

  @Test
  default void aServiceAtRootIsReachedThroughItsGateway() throws Exception {
    int port = freePort();
    ServiceSpec spec =
        ServiceSpec.of("/", Pipelines::address).reading("gateway.port", Integer.toString(port));
    try (LiveService service = serve(spec);
        RawHttp http = RawHttp.connect(port)) {
      for (String target : List.of("/", "/any", "/any/v1?x=y", "/openapi.jsons")) {
        assertThat(http.call(RawRequest.get(target)).text()).isEqualTo(target);
      }
      assertThat(http.call(RawRequest.get("/openapi.json")).text()).contains("openapi");
      assertThat(http.call(RawRequest.get("/readyz")).text()).contains("root");
      assertThat(http.call(RawRequest.get("/_serving/services/root")).text())
          .contains(Integer.toString(service.port()));
      Json.problem(http.call(RawRequest.get("/metrics")), 404);
    }
  }

  @Test
  default void aRequestWhoseClientHasLeftTheGatewayIsNotComputed() throws Exception {
    Gate gate = Gate.closed("left_gateway");
    int port = freePort();
    ServiceSpec spec =
        ServiceSpec.of("left_gateway", gate::pipeline)
            .reading("numPartitions", "1")
            .reading("gateway.port", Integer.toString(port));
    try (LiveService service = serve(spec);
        gate) {
      // The gateway looks each second, and asks after those whom it has seen wait before.
      LeavingClients.call(service, gate, port, Duration.ofSeconds(4));
    }
  }
}
