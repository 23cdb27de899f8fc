package io.sparkserving.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sparkserving.Serving;
import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.DriverService;
import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.options.ServiceConfiguration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadBalancerConfigurationTest {
  private static final String NAME = "balanced";

  @Test
  void configurationIsWrittenForAServiceThatListens() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Serving.loadBalancerConfiguration(NAME, "nginx"))
        .withMessageContaining(NAME);
    ServiceRegistry registry = ServiceRegistry.jvm();
    ServiceConfiguration configuration =
        ServiceConfiguration.parse(
            Map.of("port", "0", "path", NAME, "maxBodySize", "2k", "requestTimeout", "5s"));
    Consumer consumer =
        registry.attach(
            DriverService.class,
            configuration,
            DriverService::open,
            new QueryRun("query", null, () -> {}));
    try {
      int port = Serving.serviceInfo(NAME).get(0).port();
      assertThat(Serving.loadBalancerConfiguration(NAME, "Nginx"))
          .contains(
              "server 127.0.0.1:" + port + " ",
              "listen 8080;",
              "client_max_body_size 2048;",
              "proxy_read_timeout 15000ms;");
      assertThat(Serving.loadBalancerConfiguration(NAME, "nginx", 9090)).contains("listen 9090;");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Serving.loadBalancerConfiguration(NAME, "apache"))
          .withMessageContaining("nginx, haproxy, envoy, kubernetes");
    } finally {
      consumer.detach();
    }
  }
}
