package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.driver.cluster.Backend;
import io.sparkserving.options.ConnectionLimits;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GatewayLifecycleTest {
  @Test
  void aPortInUseIsNamedWithTheReason() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      GatewayConfiguration configuration =
          new GatewayConfiguration(
              "mine",
              "localhost",
              taken.getLocalPort(),
              "api",
              Duration.ofSeconds(1),
              Gateways.MAX_BODY_SIZE,
              Optional.empty(),
              ConnectionLimits.DEFAULT,
              Optional.empty());
      assertThatThrownBy(() -> Gateway.start(configuration, new Backends()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageStartingWith("Cannot listen on localhost:" + taken.getLocalPort())
          .hasMessageContaining("for the gateway of service 'mine': Address already in use")
          .hasMessageContaining("choose another");
      assertThat(gatewayThreads(taken.getLocalPort())).isEmpty();
    }
  }

  @Test
  void anOpenRequestIsAnsweredByItsServerWhenThatIsQuickAndBy503WhenNot() throws Exception {
    for (boolean quick : new boolean[] {true, false}) {
      try (BackendServer a = BackendServer.echo("a")) {
        Backends backends = Gateways.to(a);
        Gateway gateway = Gateways.start(backends);
        int port = gateway.port();
        try (RawHttp client = RawHttp.connect(port)) {
          client.send(RawRequest.post("/api/hold", "last"));
          await().until(() -> !a.received().isEmpty());
          if (quick) {
            a.letGo();
          }
          gateway.stop();
          RawResponse response = client.read();
          assertThat(response.status()).isEqualTo(quick ? 200 : 503);
        }
        assertThat(Gateways.openRequests(backends)).isZero();
        assertThatThrownBy(() -> RawHttp.connect(port).close()).isInstanceOf(Exception.class);
        new ServerSocket(port, 1, InetAddress.getByName("localhost")).close();
      }
    }
  }

  @Test
  void aGatewayThatRefusesLetsServersAnswerWhatIsOpen() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try (RawHttp open = RawHttp.connect(gateway.port());
          RawHttp late = RawHttp.connect(gateway.port())) {
        open.send(RawRequest.post("/api/hold", "last"));
        await().until(() -> !a.received().isEmpty());
        gateway.refuse();
        RawResponse refused = late.call(RawRequest.post("/api", "late"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isPresent();
        a.letGo();
        assertThat(open.read().status()).isEqualTo(200);
        long start = System.nanoTime();
        gateway.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      }
    }
  }

  @Test
  void aClientThatTakesNothingDoesNotHoldUpTheStop() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try (RawHttp client = RawHttp.connectWithReceiveBuffer(gateway.port(), 4096)) {
        client.send(RawRequest.post("/api", new byte[8 << 20]));
        await().until(() -> !a.received().isEmpty());
        long start = System.nanoTime();
        gateway.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      }
    }
  }

  @Test
  void anInterruptedThreadStopsTheGatewayAllTheSameAndStaysInterrupted() throws Exception {
    Gateway gateway = Gateways.start(new Backends());
    int port = gateway.port();
    Thread.currentThread().interrupt();
    gateway.stop();
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> RawHttp.connect(port).close()).isInstanceOf(Exception.class);
  }

  @Test
  void allThreadsAreNamedDaemonsAndEndWithTheGateway() throws Exception {
    Backend free = Gateways.nobody("port");
    try (BackendServer a = BackendServer.echo("a")) {
      List<Thread> before = List.copyOf(Thread.getAllStackTraces().keySet());
      Gateway gateway =
          Gateway.start(
              new GatewayConfiguration(
                  "mine",
                  "localhost",
                  free.port(),
                  "api",
                  Duration.ofSeconds(1),
                  Gateways.MAX_BODY_SIZE,
                  Optional.empty(),
                  ConnectionLimits.DEFAULT,
                  Optional.empty()),
              Gateways.to(a));
      assertThat(GatewayRoutingTest.call(gateway, RawRequest.get("/api")).status()).isEqualTo(200);
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> !before.contains(thread))
          .filteredOn(thread -> !thread.getName().startsWith("backend-"))
          .isNotEmpty()
          .allSatisfy(
              thread -> {
                assertThat(thread.getName()).startsWith("spark-serving-gateway-" + free.port());
                assertThat(thread.isDaemon()).isTrue();
              });
      gateway.stop();
      await().until(() -> gatewayThreads(free.port()).isEmpty());
    }
  }

  private static List<String> gatewayThreads(int port) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("spark-serving-gateway-" + port))
        .toList();
  }
}
