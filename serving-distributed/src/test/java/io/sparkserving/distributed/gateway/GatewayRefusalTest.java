package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Problems;
import io.sparkserving.server.connection.EarlyAnswer;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that refuse a request before its body has come. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@Tag("everything")
class GatewayRefusalTest {
  private static final int LONG = 30 << 20;

  private static void unauthorized(
      BackendServer self, Request request, Response response, Callback callback) {
    EarlyAnswer.send(request, response, callback, Problems.unauthorized("Bearer"));
  }

  private static void tooLarge(
      BackendServer self, Request request, Response response, Callback callback) {
    EarlyAnswer.send(request, response, callback, Problems.bodyTooLarge(1));
  }

  private static void assertAnswer(
      int status, BackendServer.Behaviour behaviour, RawRequest request) throws Exception {
    try (BackendServer a = BackendServer.with("a", behaviour)) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try {
        for (int i = 0; i < 10; i++) {
          try (RawHttp http = RawHttp.connect(gateway.port())) {
            http.readTimeout(Duration.ofSeconds(20));
            RawResponse response = http.call(request);
            assertThat(response.status()).isEqualTo(status);
          }
        }
        assertThat(gateway.retries()).isZero();
      } finally {
        gateway.stop();
      }
    }
  }

  @Test
  void arePassedOn401() throws Exception {
    assertAnswer(401, GatewayRefusalTest::unauthorized, RawRequest.post("/api", new byte[LONG]));
    assertAnswer(
        401,
        GatewayRefusalTest::unauthorized,
        RawRequest.of("POST", "/api").chunked(new byte[LONG], 100_000));
  }

  @Test
  void arePassedOn413() throws Exception {
    assertAnswer(413, GatewayRefusalTest::tooLarge, RawRequest.post("/api", new byte[LONG]));
    assertAnswer(
        413,
        GatewayRefusalTest::tooLarge,
        RawRequest.of("POST", "/api").chunked(new byte[2 * LONG], 100_000));
  }

  @Test
  void arePassedOnBeforeTheBodyHasCome() throws Exception {
    try (BackendServer a = BackendServer.with("a", GatewayRefusalTest::tooLarge)) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try (RawHttp http = RawHttp.connect(gateway.port())) {
        http.readTimeout(Duration.ofSeconds(10));
        byte[] request = RawRequest.of("POST", "/api").chunked(new byte[LONG], 100_000).bytes();
        http.send(Arrays.copyOf(request, 1 << 20));
        assertThat(http.read().status()).isEqualTo(413);
      } finally {
        gateway.stop();
      }
    }
  }

  @Test
  void arePassedOnFromAServerThatReadsOnNoLonger() throws Exception {
    try (BackendServer a = BackendServer.with("a", GatewayRefusalTest::tooLarge)) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      byte[] chunks = RawRequest.of("POST", "/api").chunked(new byte[100 << 20], 1 << 20).bytes();
      for (int i = 0; i < 5; i++) {
        try (RawHttp http = RawHttp.connect(gateway.port())) {
          CompletableFuture<Void> sent =
              CompletableFuture.runAsync(
                  () -> {
                    try {
                      http.send(chunks);
                    } catch (IOException e) {
                      // The answer is there by then.
                    }
                  });
          assertThat(http.read().status()).isEqualTo(413);
          sent.join();
        }
      }
      gateway.stop();
    }
  }
}
