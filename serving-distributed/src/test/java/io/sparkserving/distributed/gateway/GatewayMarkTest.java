package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Secret;
import io.sparkserving.options.ConnectionLimits;
import io.sparkserving.server.limits.ClientMark;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a server believes of a client's address. */
class GatewayMarkTest {
  private static final String HEADER = ClientMark.HEADER;

  private final ClientMark mark = new ClientMark(Secret.random());
  private final ClientMark ofAnotherRun = new ClientMark(Secret.random());

  /** The marks that the server has got. */
  private final List<String> marks = new CopyOnWriteArrayList<>();

  private BackendServer server() throws Exception {
    return BackendServer.with(
        "a",
        (self, request, response, callback) -> {
          marks.addAll(request.getHeaders().getValuesList(HEADER));
          BackendServer.answer(
              response,
              callback,
              200,
              mark.addressOf(request) + " / " + ofAnotherRun.addressOf(request));
        });
  }

  private Gateway gateway(BackendServer server) {
    GatewayConfiguration configuration =
        new GatewayConfiguration(
            "api",
            "localhost",
            0,
            "api",
            Duration.ofSeconds(30),
            1000,
            Optional.empty(),
            ConnectionLimits.DEFAULT,
            Optional.of(mark));
    return Gateway.start(configuration, Gateways.to(server));
  }

  @Test
  void theServerBelievesTheGatewayAndNobodyElse() throws Exception {
    try (BackendServer server = server()) {
      Gateway gateway = gateway(server);
      RawRequest request = RawRequest.post("/api", "x");
      try (RawHttp client = RawHttp.connectFrom("127.0.0.2", gateway.port());
          RawHttp direct = RawHttp.connectFrom("127.0.0.3", server.backend().port())) {
        assertThat(client.call(request).text()).startsWith("127.0.0.2 / ").doesNotEndWith(".0.2");
        String seen = marks.get(0);
        String signature = seen.substring(seen.indexOf(' ') + 1);
        for (String forged :
            List.of(
                "127.0.0.9 " + signature,
                "127.0.0.9",
                "127.0.0.9 ",
                "127.0.0.2 " + signature.toUpperCase(Locale.ROOT),
                "127.0.0.2 " + signature + "0",
                "127.0.0.2  " + signature)) {
          assertThat(direct.call(request.header(HEADER, forged)).text())
              .as(forged)
              .isEqualTo("127.0.0.3 / 127.0.0.3");
        }
      }
      gateway.stop();
    }
  }

  @Test
  void theGatewayPutsItsMarkInPlaceOfTheClients() throws Exception {
    try (BackendServer server = server()) {
      Gateway gateway = gateway(server);
      RawRequest request =
          RawRequest.post("/api", "x")
              .header(HEADER, "127.0.0.9 00")
              .header("x-serving-client", "127.0.0.9 00");
      try (RawHttp client = RawHttp.connectFrom("127.0.0.2", gateway.port())) {
        client.call(request);
        client.call(request.header("Connection", HEADER));
      }
      gateway.stop();
      assertThat(marks).hasSize(2).allMatch(seen -> seen.startsWith("127.0.0.2 "));
    }
  }
}
