package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.MachineAddress;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.testing.LogCapture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewayReachTest {
  private static GatewayReach reach(String host) {
    return new GatewayReach(
        ServiceConfiguration.parse(Map.of("port", "0", "path", "reached", "host", host)));
  }

  private static List<Announcement> serverAt(String machineAddress) {
    return List.of(new Announcement("id", "7", "slot", 8888, machineAddress, null, null, null));
  }

  @Test
  void serversThatListenToTheirOwnMachineAreToldOnce() {
    try (LogCapture log = new LogCapture()) {
      GatewayReach reach = reach("localhost");
      reach.check(serverAt(MachineAddress.get()));
      reach("0.0.0.0").check(serverAt("10.0.0.7"));
      assertThat(log.lines()).isEmpty();

      reach.check(serverAt("10.0.0.7"));
      reach.check(serverAt("10.0.0.8"));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("executor 7", "10.0.0.7", "Set host to 0.0.0.0");
    }
  }
}
