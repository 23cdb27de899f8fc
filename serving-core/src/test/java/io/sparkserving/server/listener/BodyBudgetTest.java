package io.sparkserving.server.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.exchange.BodyBudget;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.testing.Gzip;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawHttp2;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the bodies of requests hold, however they come and end. */
class BodyBudgetTest {
  private static final int BODY = 310_000;
  private static final long MOST = 1 << 20;

  private final ListenerFixture fixture =
      ListenerFixture.start(
          Map.of(
              "maxBodySize",
              "320k",
              "maxQueueBytes",
              Long.toString(MOST),
              "decompression",
              "true",
              "requestTimeout",
              "1h"));

  @AfterEach
  void stop() {
    fixture.close();
    assertThat(BodyBudget.jvm().held()).isZero();
  }

  private static void awaitHeld(long bytes) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(BodyBudget.jvm().held()).isEqualTo(bytes));
  }

  private static RawRequest post() {
    return RawRequest.post("/api", new byte[BODY]);
  }

  private void answer(Exchange exchange) {
    fixture.service.answer(exchange.id(), new ReplyMessage(200, List.of(), new byte[0]));
  }

  @Test
  void bodiesThatNeverEndAreBounded() throws Exception {
    byte[] unfinished = Arrays.copyOf(post().bytes(), post().head().length + BODY - 10_000);
    List<RawHttp> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      clients.add(RawHttp.connect(fixture.port()).send(unfinished));
    }
    awaitHeld(3L * (BODY - 10_000));
    for (int i = 0; i < 3; i++) {
      try (RawHttp http = RawHttp.connect(fixture.port())) {
        RawResponse refused = http.call(post());
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isPresent();
      }
    }
    assertThat(BodyBudget.jvm().held()).isLessThanOrEqualTo(MOST);
    for (RawHttp client : clients) {
      client.close();
    }
    awaitHeld(0);
  }

  @Test
  void oneConnectionOfHttp2IsBoundedToo() throws Exception {
    try (RawHttp2 http = RawHttp2.connect(fixture.port())) {
      sendMost(http, 1);
      awaitHeld(300_000);
      for (int stream = 3; stream < 12; stream += 2) {
        sendMost(http, stream);
        assertThat(http.readAnswers(1).get(0).isOk()).isFalse();
        assertThat(BodyBudget.jvm().held()).isEqualTo(300_000);
      }
    }
    awaitHeld(0);
  }

  /** The server ends such a connection while streams of it begin. */
  @Test
  void aConnectionThatSendsMoreThanItMayLeavesNothingBehind() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (RawHttp2 http = RawHttp2.connect(fixture.port())) {
        for (int stream = 1; stream < 24; stream += 2) {
          sendMost(http, stream);
        }
      } catch (IOException e) {
        // The server has closed it.
      }
      awaitHeld(0);
    }
  }

  private static void sendMost(RawHttp2 http, int stream) throws IOException {
    http.beginPost(stream, "/api");
    for (int i = 0; i < 30; i++) {
      http.send(RawHttp2.DATA, 0, stream, new byte[10_000]);
    }
  }

  @Test
  void oneConnectionOfHttp2LeavesRoomForOthers() throws Exception {
    byte[] part = new byte[10_000];
    try (RawHttp2 greedy = RawHttp2.connect(fixture.port());
        RawHttp2 other = RawHttp2.connect(fixture.port())) {
      for (int stream = 1; stream < 6; stream += 2) {
        greedy.beginPost(stream, "/api");
        for (int i = 0; i < 30; i++) {
          greedy.send(RawHttp2.DATA, 0, stream, part);
        }
      }
      assertThat(greedy.readAnswers(1).get(0).isOk()).isFalse();
      assertThat(BodyBudget.jvm().held()).isLessThanOrEqualTo(MOST / 2);
      other.beginPost(1, "/api");
      for (int i = 0; i < 29; i++) {
        other.send(RawHttp2.DATA, 0, 1, part);
      }
      other.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, part);
      answer(fixture.take());
      assertThat(other.readAnswers(1).get(0).isOk()).isTrue();
    }
    awaitHeld(0);
  }

  @Test
  void inflatedBodiesCountAsWhatTheyAre() throws Exception {
    byte[] small = Gzip.compress(new byte[BODY]);
    RawRequest request = RawRequest.post("/api", small).header("Content-Encoding", "gzip");
    try (RawHttp http = RawHttp.connect(fixture.port())) {
      http.send(request);
      Exchange exchange = fixture.take();
      assertThat(BodyBudget.jvm().held()).isEqualTo(BODY);
      answer(exchange);
      assertThat(http.read().status()).isEqualTo(200);
    }
    awaitHeld(0);
  }

  @Test
  void aBodyLargerThanTheBudgetIsTakenWhereItIsAlone() {
    BodyBudget budget = BodyBudget.jvm();
    assertThat(budget.reserve(100, 0, 10)).isTrue();
    assertThat(budget.reserve(100, 100, 10)).isTrue();
    assertThat(budget.reserve(1, 0, 10)).isFalse();
    assertThat(budget.held()).isEqualTo(200);
    budget.release(200);
  }

  @Test
  void nothingIsHeldAfterAnyEnd() throws Exception {
    Random random = new Random(17);
    for (int i = 0; i < 60; i++) {
      try (RawHttp http = RawHttp.connect(fixture.port())) {
        byte[] all = post().bytes();
        switch (random.nextInt(7)) {
          case 0 -> {
            http.send(all);
            answer(fixture.take());
            assertThat(http.read().status()).isEqualTo(200);
          }
          case 1 -> http.send(Arrays.copyOf(all, all.length - 1 - random.nextInt(BODY))).reset();
          case 2 -> {
            http.send(all);
            Exchange exchange = fixture.take();
            http.reset();
            answer(exchange);
          }
          case 3 -> {
            http.send(RawRequest.of("POST", "/api").chunked(new byte[400_000], 7_000));
            assertThat(http.read().status()).isEqualTo(413);
          }
          case 4 -> {
            http.send(RawRequest.post("/api", "no gzip").header("Content-Encoding", "gzip"));
            assertThat(http.read().status()).isEqualTo(400);
          }
          case 5 -> {
            http.send(all);
            fixture.take();
            fixture.service.release(1);
            fixture.service.beginTerm(1);
            answer(fixture.take());
            assertThat(http.read().status()).isEqualTo(200);
          }
          default -> {
            http.send(
                "POST /api HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            http.send("3\r\nabc\r\nnonsense\r\n");
            assertThat(http.read().status()).isEqualTo(400);
          }
        }
      }
      awaitHeld(0);
    }
  }

  @Test
  void nothingIsHeldAfterAServerHasStoppedOrATimeOutHasCome() throws Exception {
    try (ListenerFixture hasty = ListenerFixture.start(Map.of("requestTimeout", "50ms"));
        RawHttp late = RawHttp.connect(hasty.port());
        RawHttp halted = RawHttp.connect(fixture.port())) {
      assertThat(late.call(post()).status()).isEqualTo(504);
      halted.send(post());
      fixture.take();
      fixture.service.halt();
      assertThat(halted.read().status()).isEqualTo(503);
    }
    awaitHeld(0);
  }
}
