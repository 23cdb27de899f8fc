package io.sparkserving.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may call a service that nothing but its address protects. */
class LocalCallersTest {
  private static RawResponse call(ListenerFixture fixture, String host, String more)
      throws Exception {
    try (RawHttp http = RawHttp.connect(fixture.port())) {
      http.send(
          "POST /api HTTP/1.1\r\nHost: %s\r\n%sContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"
              .formatted(host, more));
      var taken = fixture.takeOrAnswered(http);
      if (taken != null) {
        fixture.service.answer(taken.id(), new ReplyMessage(200, List.of(), new byte[0]));
      }
      return http.read();
    }
  }

  private static void assertStatus(
      int status, Map<String, String> options, String host, String more) throws Exception {
    try (ListenerFixture fixture = ListenerFixture.start(options)) {
      RawResponse answer = call(fixture, host, more);
      assertThat(answer.status()).as("%s %s %s", options, host, more).isEqualTo(status);
      if (status >= 400) {
        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
      }
    }
  }

  @Test
  void namesOfTheMachineItselfAreAnswered() throws Exception {
    for (String host :
        List.of(
            "localhost",
            "LOCALHOST:80",
            "my.localhost:8080",
            "127.0.0.1",
            "127.1.2.3:1",
            "[::1]",
            "[::1]:8888")) {
      assertStatus(200, Map.of(), host, "");
    }
  }

  @Test
  void otherNamesAreNot() throws Exception {
    for (String host :
        List.of(
            "rebound.example",
            "localhost.example",
            "notlocalhost",
            "127.0.0.1.example",
            "10.0.0.1",
            "[::2]")) {
      assertStatus(421, Map.of(), host, "");
    }
  }

  @Test
  void otherNamesAreAnsweredWhereTheyAreAskedFor() throws Exception {
    assertStatus(200, Map.of("hosts", "My.example, other"), "my.Example:99", "");
    assertStatus(421, Map.of("hosts", "my.example"), "your.example", "");
    assertStatus(200, Map.of("hosts", "*"), "your.example", "");
    assertStatus(200, Map.of("host", "0.0.0.0"), "your.example", "Origin: https://a.example\r\n");
    assertStatus(401, Map.of("auth.tokens", "0123456789abcdef"), "your.example", "");
  }

  @Test
  void pagesOfOtherOriginsAreRefused() throws Exception {
    assertStatus(403, Map.of(), "localhost", "Origin: https://a.example\r\n");
    assertStatus(403, Map.of(), "localhost", "Origin: null\r\n");
    assertStatus(403, Map.of(), "localhost", "Origin: %%%\r\n");
    assertStatus(200, Map.of(), "localhost", "Origin: http://localhost:3000\r\n");
    assertStatus(
        200,
        Map.of("cors.origins", "https://a.example"),
        "localhost",
        "Origin: https://a.example\r\n");
    assertStatus(200, Map.of("cors.origins", "*"), "localhost", "Origin: null\r\n");
  }

  @Test
  void whatThePortTellsOfItsServicesIsNotForOthersEither() throws Exception {
    try (ListenerFixture fixture = ListenerFixture.start(Map.of())) {
      for (String path : List.of("/metrics", "/_serving/", "/unknown")) {
        assertThat(get(fixture, path, "rebound.example")).as(path).isEqualTo(421);
        assertThat(get(fixture, path, "localhost")).as(path).isNotEqualTo(421);
      }
      // Probes of whatever runs the machine may come by any name, and tell nothing.
      assertThat(get(fixture, "/livez", "rebound.example")).isEqualTo(200);
    }
    try (ListenerFixture fixture =
        ListenerFixture.start(Map.of("auth.tokens", "0123456789abcdef"))) {
      assertThat(get(fixture, "/metrics", "any.example")).isNotEqualTo(421);
    }
  }

  private static int get(ListenerFixture fixture, String path, String host) throws Exception {
    try (RawHttp http = RawHttp.connect(fixture.port())) {
      http.send("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(path, host));
      return http.read().status();
    }
  }
}
