package io.sparkserving.server.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.testing.LogCapture;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawHttp2;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that keep connections and give next to nothing. */
class ConnectionLimitsTest {
  private static final int PING = 6;

  /** What a client does again and again until the server has had enough. */
  private interface Sending {
    void send() throws IOException;
  }

  private static void keepSendingUntilItFails(Sending sending) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              try {
                sending.send();
                return false;
              } catch (IOException e) {
                return true;
              }
            });
  }

  private static void assertAnswered(ListenerFixture fixture, RawHttp http) throws IOException {
    http.send(RawRequest.post("/api", "a body"));
    fixture.service.answer(fixture.take().id(), new ReplyMessage(200, List.of(), new byte[0]));
    assertThat(http.read().status()).isEqualTo(200);
  }

  @Test
  void headersThatDoNotEndEndTheConnectionAndAnIdleOneStays() throws Exception {
    try (ListenerFixture fixture = ListenerFixture.start(Map.of("receiveTimeout", "1s"));
        RawHttp idle = RawHttp.connect(fixture.port());
        RawHttp fresh = RawHttp.connect(fixture.port());
        RawHttp slow = RawHttp.connect(fixture.port())) {
      assertAnswered(fixture, idle);
      slow.send("GET /api HTTP/1.1\r\nX-Long: ");
      keepSendingUntilItFails(() -> slow.send("a"));
      assertAnswered(fixture, idle);
      assertAnswered(fixture, fresh);
    }
  }

  @Test
  void aHandshakeThatDoesNotEndEndsTheConnection(@TempDir Path folder) throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "own");
    Map<String, String> options = new HashMap<>(certificate.options());
    options.put("receiveTimeout", "1s");
    try (ListenerFixture fixture = ListenerFixture.start(options);
        RawHttp done = RawHttp.connect(certificate.client(certificate), fixture.port());
        RawHttp slow = RawHttp.connect(fixture.port());
        RawHttp silent = RawHttp.connect(fixture.port())) {
      assertAnswered(fixture, done);
      // The beginning of a record of 16 KiB.
      slow.send(new byte[] {22, 3, 1, 64, 0});
      keepSendingUntilItFails(() -> slow.send(new byte[1]));
      assertThat(silent.closedByServer()).isTrue();
      assertAnswered(fixture, done);
      done.send("GET /api HTTP/1.1\r\nX-Long: ");
      keepSendingUntilItFails(() -> done.send("a"));
    }
  }

  @Test
  void http2WithoutRequestsIsIdleWhateverElseComes() throws Exception {
    Map<String, String> options = Map.of("receiveTimeout", "4s", "idleTimeout", "1s");
    try (ListenerFixture fixture = ListenerFixture.start(options);
        RawHttp2 http = RawHttp2.connect(fixture.port())) {
      http.post(1, "/api", "body");
      fixture.service.answer(fixture.take().id(), new ReplyMessage(200, List.of(), new byte[0]));
      assertThat(http.readAnswers(1).get(0).isOk()).isTrue();
      keepSendingUntilItFails(() -> http.send(PING, 0, 0, new byte[8]));
    }
  }

  @Test
  void aBodyThatComesByteByByteIsAnswered408() throws Exception {
    try (ListenerFixture fixture = ListenerFixture.start(Map.of("receiveTimeout", "1s"));
        RawHttp http = RawHttp.connect(fixture.port())) {
      http.send("POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
      keepSendingUntilItFails(() -> http.send("a"));
      assertThat(fixture.service.openExchanges()).isZero();
    }
  }

  @Test
  void connectionsOverTheLimitAreClosedAtOnceUntilOthersEnd() throws Exception {
    try (LogCapture log = new LogCapture();
        ListenerFixture fixture = ListenerFixture.start(Map.of("maxConnections", "3"))) {
      try (RawHttp first = RawHttp.connect(fixture.port());
          RawHttp second = RawHttp.connect(fixture.port());
          RawHttp third = RawHttp.connect(fixture.port())) {
        for (RawHttp each : List.of(first, second, third)) {
          assertAnswered(fixture, each);
        }
        try (RawHttp refused = RawHttp.connect(fixture.port())) {
          assertThat(refused.closedByServer()).isTrue();
        }
        assertThat(log.lines()).anyMatch(line -> line.contains("maxConnections"));
        assertAnswered(fixture, first);
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(
              () -> {
                try (RawHttp again = RawHttp.connect(fixture.port())) {
                  return again.call(RawRequest.get("/livez")).status() == 200;
                }
              });
    }
  }
}
