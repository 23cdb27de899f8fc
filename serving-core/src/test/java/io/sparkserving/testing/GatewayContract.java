package io.sparkserving.testing;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a mode with a gateway owes its clients. */
public interface GatewayContract extends ContractServices {

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
