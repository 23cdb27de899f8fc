package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** What a client is told when its server fails after it has got something of the request. */
final class GatewayFailureTest {
  @Test
  void aServerThatBreaksOffBeforeItsAnswerGives502AndTheRequestIsNotRepeated() throws Exception {
    try (BackendServer breaking = BackendServer.with("a", GatewayFailureTest::breakOff);
        BackendServer other = BackendServer.echo("b")) {
      Backends backends = new Backends();
      backends.set(List.of(breaking.backend()));
      Gateway gateway = Gateways.start(backends);
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        client.send(RawRequest.post("/api", "once"));
        RawResponse response = client.read();
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.header("Content-Type")).contains("application/problem+json");
        assertThat(response.text()).contains("\"status\":502");
        Gateways.awaitIdle(backends);

        backends.set(List.of(breaking.backend(), other.backend()));
        assertThat(client.call(RawRequest.post("/api", "next")).text()).isEqualTo("next");
      }
      gateway.stop();
      assertThat(breaking.received()).hasSize(1);
    }
  }

  @Test
  void aServerThatBreaksOffWhileItGetsALargeBodyGives502() throws Exception {
    try (BackendServer breaking = BackendServer.with("a", GatewayFailureTest::breakOff)) {
      Backends backends = Gateways.to(breaking);
      Gateway gateway = Gateways.start(backends);
      RawRequest request = RawRequest.post("/api", Bodies.random(20 << 20));
      RawResponse response = GatewayRoutingTest.call(gateway, request);
      assertThat(response.status()).isEqualTo(502);
      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  @Test
  void anAnswerThatBreaksOffInTheMiddleBreaksOffForTheClientToo() throws Exception {
    try (BackendServer breaking =
        BackendServer.with(
            "a",
            (self, request, response, callback) -> {
              response.getHeaders().put("Content-Length", 100);
              response.write(
                  false,
                  BufferUtil.toBuffer("half"),
                  Callback.from(() -> breakOff(self, request, response, callback)));
            })) {
      Backends backends = Gateways.to(breaking);
      Gateway gateway = Gateways.start(backends);
      assertThatThrownBy(() -> GatewayRoutingTest.call(gateway, RawRequest.get("/api")))
          .isInstanceOf(IOException.class);
      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  @Test
  void aServerThatIsSilentGives504() throws Exception {
    try (BackendServer silent = BackendServer.echo("a")) {
      Backends backends = Gateways.to(silent);
      Gateway gateway = Gateway.start(Gateways.configuration(Duration.ofMillis(100)), backends);
      long start = System.nanoTime();
      RawResponse response =
          GatewayRoutingTest.call(gateway, RawRequest.post("/api/hold", "anyone?"));
      assertThat(response.status()).isEqualTo(504);
      assertThat(response.header("Content-Type")).contains("application/problem+json");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(6));
      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  @Test
  void theTimeOfAClientThatSendsSlowlyIsNotTheServers() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Gateway gateway =
          Gateway.start(Gateways.configuration(Duration.ofMillis(100)), Gateways.to(a));
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        RawRequest request = RawRequest.post("/api", "slowly");
        client.send(request.head()).send("slo");
        CompletableFuture<Void> rest =
            CompletableFuture.runAsync(
                () -> sendQuietly(client, "wly"),
                CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS));
        assertThat(client.read().text()).isEqualTo("slowly");
        rest.join();
      }
      gateway.stop();
    }
  }

  @Test
  void anAnswerBeforeTheEndOfTheBodyReachesTheClient() throws Exception {
    try (BackendServer a =
        BackendServer.with(
            "a",
            (self, request, response, callback) ->
                BackendServer.answer(response, callback, 401, "who are you"))) {
      Backends backends = Gateways.to(a);
      Gateway gateway = Gateways.start(backends);
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        RawRequest request = RawRequest.post("/api", new byte[20_000_000]);
        // Little: a server that closes with more on its way resets the connection, and that may
        // overtake its answer.
        client.send(request.head()).send(new byte[1_000]);
        RawResponse response = client.read();
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.text()).isEqualTo("who are you");
      }
      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  private static void sendQuietly(RawHttp client, String text) {
    try {
      client.send(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void breakOff(BackendServer self, Request request, Response response, Callback callback) {
    request.getConnectionMetaData().getConnection().getEndPoint().close();
    callback.failed(new EofException("broken off"));
  }
}
