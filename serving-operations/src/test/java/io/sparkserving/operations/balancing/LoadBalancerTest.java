package io.sparkserving.operations.balancing;

import static io.sparkserving.operations.balancing.BalancedServices.executor;
import static io.sparkserving.operations.balancing.BalancedServices.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ServerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class LoadBalancerTest {
  @ParameterizedTest
  @ValueSource(strings = {"nginx", "Nginx", "HAProxy", "envoy", "KUBERNETES"})
  void kindsAreReadInAnyCase(String kind) {
    assertThat(LoadBalancer.parse(kind).name()).isEqualToIgnoringCase(kind);
  }

  @Test
  void anotherKindIsRefusedWithThoseThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadBalancer.parse("apache"))
        .withMessage(
            "Unsupported load balancer 'apache': expected one of nginx, haproxy, envoy,"
                + " kubernetes.");
  }

  @ParameterizedTest
  @EnumSource
  void theSameServersInAnotherOrderGiveTheSameText(LoadBalancer balancer) {
    ServerInfo one = executor("10.0.0.1");
    ServerInfo two = executor("10.0.0.2");
    assertThat(balancer.configure(BalancedServices.of(one, two)))
        .isEqualTo(balancer.configure(BalancedServices.of(two, one, two)))
        .isNotEqualTo(balancer.configure(BalancedServices.of(one)));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "KUBERNETES")
  void everyServerIsListedOnce(LoadBalancer balancer) {
    String text =
        balancer.configure(
            BalancedServices.of(executor("10.0.0.1"), executor("worker-2"), executor("10.0.0.1")));
    assertThat(text).containsOnlyOnce("10.0.0.1").containsOnlyOnce("worker-2");
  }

  @ParameterizedTest
  @CsvSource({
    "NGINX,      listen 9999;,           client_max_body_size 2048;, proxy_read_timeout 100500ms;",
    "HAPROXY,    bind :9999,             req.body_size gt 2048,      timeout server 100500ms",
    "ENVOY,      port_value: 9999,       max_request_bytes: 2048,    timeout: 100.500s",
    "KUBERNETES, port: 9999,             bodies of 2048 bytes,       wait 100s"
  })
  void portBodySizeAndTimeOutAreTheServicesOwn(
      LoadBalancer balancer, String port, String body, String timeout) {
    ServiceConfiguration configuration =
        ServiceConfiguration.parse(
            Map.of("port", "0", "path", "api", "maxBodySize", "2k", "requestTimeout", "90500ms"));
    BalancedService service =
        new BalancedService(
            "api",
            List.of(executor("10.0.0.1")),
            ServiceLimits.of(configuration),
            9999,
            new SparkOnKubernetes("jobs", "spark-0123", "10.0.0.9", true));
    assertThat(balancer.configure(service)).contains(port, body, timeout);
  }

  @Test
  void aBodySizeOfZeroIsNotTakenForNoLimit() {
    BalancedService service =
        new BalancedService(
            "api",
            List.of(executor("10.0.0.1")),
            new ServiceLimits(Duration.ofSeconds(1), 0, Duration.ofSeconds(12)),
            9999,
            null);
    assertThat(LoadBalancer.NGINX.configure(service))
        .contains("client_max_body_size 1;", "keepalive_timeout 10s;");
    assertThat(LoadBalancer.ENVOY.configure(service))
        .contains("max_request_bytes: 1\n", "idle_timeout: 10s");
  }

  @ParameterizedTest
  @CsvSource({
    "my_api, my-api",
    "v1/my_api, v1-my-api",
    "Größe 7, gr-e-7",
    "7 dwarfs, service-7-dwarfs",
    "数, service",
    "-x-, service-x"
  })
  void identifiersAreLabelsOfDns(String name, String expected) {
    BalancedService service =
        new BalancedService(
            name, List.of(executor("10.0.0.1")), BalancedServices.LIMITS, 8080, null);
    assertThat(service.identifier()).isEqualTo(expected);
  }

  @Test
  void longNamesAreCut() {
    BalancedService service =
        new BalancedService(
            "a".repeat(49) + "-" + "b".repeat(100),
            List.of(executor("10.0.0.1")),
            BalancedServices.LIMITS,
            8080,
            null);
    assertThat(service.identifier()).isEqualTo("a".repeat(49));
  }

  @Test
  void aServiceWithoutServersCannotBeBalanced() {
    assertThatIllegalStateException()
        .isThrownBy(BalancedServices::of)
        .withMessage("Cannot balance service 'My API': none of its servers listens yet.");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65536})
  void portsThatNothingListensOnAreRefused(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new BalancedService(
                    "api", List.of(executor("10.0.0.1")), BalancedServices.LIMITS, port, null))
        .withMessageContaining("port " + port);
  }

  @ParameterizedTest
  @CsvSource({
    "NGINX,      proxy_pass https://my-api;",
    "HAPROXY,    ssl verify none",
    "ENVOY,      envoy.transport_sockets.tls",
    "KUBERNETES, appProtocol: https"
  })
  void serversWithTlsAreCalledSo(LoadBalancer balancer, String said) {
    assertThat(balancer.configure(BalancedServices.of(BalancedServices.secureServer())))
        .contains(said);
    assertThat(balancer.configure(BalancedServices.of(executor("10.0.0.1")))).doesNotContain(said);
  }

  @Test
  void envoyLooksNamesUpOnlyWhereThereAreAny() {
    assertThat(LoadBalancer.ENVOY.configure(BalancedServices.of(executor("10.0.0.1"))))
        .contains("type: STATIC");
    assertThat(LoadBalancer.ENVOY.configure(BalancedServices.of(server("0.0.0.0", 1, "worker"))))
        .contains("type: STRICT_DNS");
  }
}
