package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Readiness;
import io.sparkserving.options.ServiceConfiguration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServersHealthTest {
  private final ServersHealth health =
      new ServersHealth(ServiceConfiguration.parse(Map.of("port", "0", "path", "api")));

  @Test
  void aServiceIsReadyWhileAQueryTakesItsRequestsAndAServerListens() {
    health.setServers(1);
    assertThat(health.readiness()).isEqualTo(Readiness.NO_QUERY);
    health.intake().begin(1);
    assertThat(health.readiness()).isEqualTo(Readiness.READY);
    health.setServers(0);
    assertThat(health.readiness()).isEqualTo(Readiness.NO_SERVER);
    health.setServers(2);
    assertThat(health.readiness()).isEqualTo(Readiness.READY);
    health.intake().drain(1);
    health.setServers(0);
    assertThat(health.readiness()).isEqualTo(Readiness.DRAINING);
  }
}
