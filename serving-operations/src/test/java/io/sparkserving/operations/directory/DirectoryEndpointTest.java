package io.sparkserving.operations.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.Serving;
import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.DriverService;
import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.RecordingService;
import io.sparkserving.driver.RunningService;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ServerInfo;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoryEndpointTest {
  private static final String NAME = "v1/listed";
  private static final String SERVICE = "/_serving/services/" + NAME;
  private static final ServiceRegistry REGISTRY = ServiceRegistry.jvm();

  private int port;

  @SuppressWarnings("NullAway.Init")
  private Consumer service;

  @BeforeEach
  void start() throws IOException {
    port = freePort();
    service = attach(DriverService::open);
  }

  @AfterEach
  void stop() {
    service.detach();
  }

  private Consumer attach(ServiceRegistry.Opener opener) {
    return attach(configuration(Integer.toString(port)), opener);
  }

  private static Consumer attach(ServiceConfiguration wanted, ServiceRegistry.Opener opener) {
    return REGISTRY.attach(
        RunningService.class, wanted, opener, new QueryRun("query", null, () -> {}));
  }

  private static ServiceConfiguration configuration(String coordinatorPort) {
    return ServiceConfiguration.parse(
        Map.of("port", "0", "path", NAME, "coordinator.port", coordinatorPort));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      return socket.getLocalPort();
    }
  }

  private RawResponse get(String target) throws IOException {
    return call(RawRequest.get(target));
  }

  private RawResponse call(RawRequest request) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.call(request);
    }
  }

  @Test
  void tellsWhereTheServersAre() throws Exception {
    RawResponse response = get(SERVICE);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type")).hasValue("application/json");
    assertThat(response.header("Cache-Control")).hasValue("no-store");
    assertThat(response.text())
        .isEqualTo(Serving.serviceInfoJson(NAME))
        .contains("\"port\":" + Serving.serviceInfo(NAME).get(0).port());
    assertThat(get("/_serving/services/v1%2Flisted").text()).isEqualTo(response.text());
  }

  @Test
  void tellsPrometheusWhereTheServersAreAndWhatTheDriverCounts() throws Exception {
    RawResponse targets = get("/_serving/prometheus-targets");

    assertThat(targets.header("Content-Type")).hasValue("application/json");
    assertThat(targets.text())
        .isEqualTo(
            "[{\"targets\":[\"127.0.0.1:%d\"],\"labels\":{}}]"
                .formatted(Serving.serviceInfo(NAME).get(0).port()));
    // A service on the driver counts for itself.
    assertThat(get("/_serving/metrics").text()).isEmpty();
    assertThat(get("/_serving/metrics").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "nginx,text/plain; charset=utf-8",
    "haproxy,text/plain; charset=utf-8",
    "envoy,application/yaml",
    "kubernetes,application/yaml"
  })
  void givesTheConfigurationOfEachLoadBalancer(String kind, String type) throws Exception {
    RawResponse response = get(SERVICE + "/load-balancers/" + kind);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type").orElseThrow()).isEqualToIgnoringCase(type);
    assertThat(response.text()).isEqualTo(Serving.loadBalancerConfiguration(NAME, kind));
    assertThat(get(SERVICE + "/load-balancers/" + kind + "?port=9090").text())
        .isEqualTo(Serving.loadBalancerConfiguration(NAME, kind, 9090));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/_serving/services/nobody,404,nobody",
    "GET,/_serving/services/nobody/load-balancers/nginx,404,nobody",
    "GET,/_serving/services/v1/listed/load-balancers/apache,404,apache",
    "GET,/_serving/page,404,/_serving/page",
    "GET,/_serving/services/,404,/_serving/services/",
    "GET,/v1/listed,404,/v1/listed",
    "GET,/_serving/../v1/listed,404,/v1/listed",
    "GET,/_serving/services/v1/listed/load-balancers/nginx?port=0,400,port 0",
    "GET,/_serving/services/v1/listed/load-balancers/nginx?port=99999,400,99999",
    "GET,/_serving/services/v1/listed/load-balancers/nginx?ports=1,400,ports=1",
    "POST,/_serving/services/v1/listed,405,GET",
    "DELETE,/_serving/services/v1/listed/load-balancers/nginx,405,GET"
  })
  void whatItCannotAnswerGetsAProblem(String method, String target, int status, String named)
      throws Exception {
    RawResponse response = call(RawRequest.of(method, target));

    assertThat(response.status()).isEqualTo(status);
    assertThat(response.header("Content-Type")).hasValue("application/problem+json");
    assertThat(response.text()).contains("\"status\":" + status, named);
    assertThat(response.header("Allow").isPresent()).isEqualTo(status == 405);
  }

  @Test
  void headIsAnsweredWithoutABody() throws Exception {
    try (RawHttp http = RawHttp.connect(port)) {
      RawResponse head = http.send(RawRequest.of("HEAD", SERVICE)).readAnswerTo("HEAD");

      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Length")).isEqualTo(get(SERVICE).header("Content-Length"));
      assertThat(http.call(RawRequest.get(SERVICE)).status()).isEqualTo(200);
    }
  }

  @Test
  void aServiceWithoutServersHasNoConfigurationYet() throws Exception {
    service.detach();
    service = attach((configuration, timer, clock) -> new RecordingService(configuration));

    RawResponse response = get(SERVICE + "/load-balancers/nginx");
    assertThat(response.status()).isEqualTo(503);
    assertThat(response.header("Retry-After")).isPresent();
    assertThat(response.text()).contains("none of its servers listens yet");
    assertThat(get(SERVICE).text()).isEqualTo("[]");
  }

  @Test
  void whatItFailsOnIsAProblemToo() throws Exception {
    service.detach();
    service =
        attach(
            (configuration, timer, clock) ->
                new RecordingService(configuration) {
                  @Override
                  public List<ServerInfo> servers() {
                    return List.of(
                        new ServerInfo(NAME, "0.0.0.0", 1, NAME, "nowhere.invalid", null, "http"));
                  }
                });

    RawResponse response = get(SERVICE + "/load-balancers/kubernetes");
    assertThat(response.status()).isEqualTo(500);
    assertThat(response.header("Content-Type")).hasValue("application/problem+json");
    assertThat(get(SERVICE + "/load-balancers/nginx").status()).isEqualTo(200);
  }

  @Test
  void itsPortIsFreeWhenTheServiceHasStopped() throws Exception {
    assertThat(get(SERVICE).status()).isEqualTo(200);
    service.detach();

    new ServerSocket(port, 1, InetAddress.getByName("localhost")).close();
    service = attach(DriverService::open);
    assertThat(get(SERVICE).status()).isEqualTo(200);
  }

  @Test
  void aPortInUseFailsTheStartAndLeavesNothingBehind() {
    ServiceConfiguration taken =
        ServiceConfiguration.parse(
            Map.of("port", "0", "path", "other", "coordinator.port", Integer.toString(port)));

    assertThatThrownBy(() -> attach(taken, DriverService::open))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("localhost:" + port)
        .hasMessageContaining("the coordinator of service 'other'");
    assertThat(REGISTRY.catalogue().find("other")).isNull();
  }

  @Test
  void aServiceThatCannotStartFreesThePort() throws Exception {
    service.detach();
    assertThatThrownBy(
            () ->
                attach(
                    (configuration, timer, clock) -> {
                      throw new IllegalStateException("Cannot start");
                    }))
        .hasMessage("Cannot start");

    service = attach(DriverService::open);
    assertThat(get(SERVICE).status()).isEqualTo(200);
  }

  @Test
  void aServiceThatIsLongToStopHoldsNobodyUp() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CompletableFuture<Void> mayEnd = new CompletableFuture<>();
    ServiceConfiguration slow = ServiceConfiguration.parse(Map.of("port", "0", "path", "slow"));
    Consumer slowToStop =
        attach(
            slow,
            (configuration, timer, clock) ->
                new RecordingService(configuration) {
                  @Override
                  protected void close() {
                    closing.countDown();
                    mayEnd.join();
                  }
                });
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(slowToStop::detach);
    try {
      closing.await();
      assertThat(get(SERVICE).status()).isEqualTo(200);
      assertThat(stopped).isNotDone();
    } finally {
      mayEnd.complete(null);
      stopped.join();
    }
  }
}
