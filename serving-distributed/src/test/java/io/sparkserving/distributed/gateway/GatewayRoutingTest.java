package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.driver.cluster.Backend;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.BufferUtil;
import org.junit.jupiter.api.Test;

/** Where requests go, and what the gateway knows of who has how many. */
final class GatewayRoutingTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void aRequestGoesToTheServerWithTheFewestOpenOnes() throws Exception {
    try (BackendServer a = BackendServer.echo("a");
        BackendServer b = BackendServer.echo("b");
        BackendServer c = BackendServer.echo("c")) {
      Backends backends = Gateways.to(a, b, c);
      Gateway gateway = Gateways.start(backends);
      List<RawHttp> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 6; i++) {
          clients.add(RawHttp.connect(gateway.port()).send(RawRequest.get("/api/hold")));
          int sent = i + 1;
          await().atMost(LONG).until(() -> Gateways.openRequests(backends) == sent);
        }
        assertThat(backends.outstanding().values()).containsOnly(2);

        b.letGo();
        await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(backends.outstanding()).containsEntry(b.backend(), 0));
        for (int i = 0; i < 5; i++) {
          assertThat(call(gateway, RawRequest.get("/api")).header("X-Server")).contains("b");
        }
      } finally {
        for (RawHttp client : clients) {
          client.close();
        }
        a.letGo();
        c.letGo();
        gateway.stop();
      }
    }
  }

  @Test
  void idleServersShareTheRequestsEvenly() throws Exception {
    try (BackendServer a = BackendServer.echo("a");
        BackendServer b = BackendServer.echo("b")) {
      Gateway gateway = Gateways.start(Gateways.to(a, b));
      for (int i = 0; i < 10; i++) {
        call(gateway, RawRequest.get("/api"));
      }
      gateway.stop();
      assertThat(a.received()).hasSize(5);
      assertThat(b.received()).hasSize(5);
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleOfItsBodyNoLongerCounts() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Backends backends = Gateways.to(a);
      Gateway gateway = Gateways.start(backends);
      RawRequest request = RawRequest.post("/api", new byte[100_000]);
      RawHttp client = RawHttp.connect(gateway.port());
      client.send(request.head()).send(new byte[10_000]);
      await().atMost(LONG).until(() -> Gateways.openRequests(backends) == 1);

      client.reset();

      Gateways.awaitIdle(backends);
      assertThat(call(gateway, RawRequest.get("/api")).status()).isEqualTo(200);
      gateway.stop();
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleOfItsAnswerNoLongerCounts() throws Exception {
    try (BackendServer a =
        BackendServer.with(
            "a",
            (self, request, response, callback) ->
                response.write(true, BufferUtil.allocate(64 << 20).limit(64 << 20), callback))) {
      Backends backends = Gateways.to(a);
      Gateway gateway = Gateways.start(backends);
      RawHttp client = RawHttp.connectWithReceiveBuffer(gateway.port(), 4096);
      client.send(RawRequest.get("/api"));
      await().atMost(LONG).until(() -> !a.received().isEmpty());
      assertThat(Gateways.openRequests(backends)).isOne();

      client.reset();

      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  @Test
  void aRequestCountsUntilItsServerIsDoneWithItEvenIfTheClientHasLeft() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Backends backends = Gateways.to(a);
      Gateway gateway = Gateways.start(backends);
      RawHttp client = RawHttp.connect(gateway.port()).send(RawRequest.get("/api/hold"));
      await().atMost(LONG).until(() -> !a.received().isEmpty());
      client.reset();
      assertThat(Gateways.openRequests(backends)).isOne();

      a.letGo();

      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  @Test
  void aRequestWhoseServerCannotBeReachedGoesToAnotherWithItsWholeBody() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      for (int size : new int[] {0, 1, 100, 100_000, 3_000_000}) {
        Backends backends = new Backends();
        backends.set(List.of(Gateways.nobody("x"), Gateways.nobody("y"), a.backend()));
        Gateway gateway = Gateways.start(backends);
        byte[] body = Bodies.random(size);
        for (int i = 0; i < 3; i++) {
          assertThat(call(gateway, RawRequest.post("/api", body)).body()).isEqualTo(body);
          RawResponse chunked = call(gateway, RawRequest.of("POST", "/api").chunked(body, 10_000));
          assertThat(chunked.body()).isEqualTo(body);
        }
        Gateways.awaitIdle(backends);
        gateway.stop();
      }
    }
  }

  @Test
  void aServerThatCannotBeReachedGetsRequestsAgainOnceItCan() throws Exception {
    Backend absent = Gateways.nobody("late");
    try (BackendServer a = BackendServer.echo("a")) {
      Backends backends = new Backends();
      backends.set(List.of(a.backend(), absent));
      Gateway gateway = Gateways.start(backends);
      for (int i = 0; i < 4; i++) {
        assertThat(call(gateway, RawRequest.get("/api")).header("X-Server")).contains("a");
      }
      try (BackendServer late = BackendServer.echoAt("late", absent.port())) {
        await()
            .atMost(LONG)
            .until(
                () ->
                    call(gateway, RawRequest.get("/api")).header("X-Server").get().equals("late"));
        assertThat(late.received()).isNotEmpty();
      }
      gateway.stop();
    }
  }

  @Test
  void aServerThatRefusesDoesNotGetAllRequestsForBeingQuick() throws Exception {
    AtomicBoolean refusing = new AtomicBoolean(true);
    try (BackendServer a = BackendServer.echo("a");
        BackendServer b =
            BackendServer.with(
                "b",
                (self, request, response, callback) -> {
                  if (refusing.get()) {
                    response.getHeaders().put("Content-Type", "application/problem+json");
                    BackendServer.answer(response, callback, 503, "{}");
                  } else {
                    BackendServer.echoOrHold(self, request, response, callback);
                  }
                })) {
      Gateway gateway = Gateways.start(Gateways.to(a, b));
      try (RawHttp holding = RawHttp.connect(gateway.port());
          RawHttp second = RawHttp.connect(gateway.port())) {
        holding.send(RawRequest.get("/api/hold"));
        second.send(RawRequest.get("/api/hold"));
        await().atMost(LONG).until(() -> !b.received().isEmpty());
        await().atMost(LONG).until(() -> a.received().size() == 1);
        long start = System.nanoTime();
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          statuses.add(call(gateway, RawRequest.get("/api")).status());
        }
        long refused = statuses.stream().filter(status -> status == 503).count();
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        assertThat(refused).isLessThanOrEqualTo(1 + seconds);
      }
      refusing.set(false);
      await()
          .atMost(LONG)
          .until(() -> call(gateway, RawRequest.get("/api")).header("X-Server").get().equals("b"));
      a.letGo();
      gateway.stop();
    }
  }

  @Test
  void withoutAnyServerRequestsAreAnswered503WhateverTheirSize() throws Exception {
    Gateway gateway = Gateways.start(new Backends());
    for (int size : new int[] {0, 10, 5_000_000}) {
      RawResponse response = call(gateway, RawRequest.post("/api", Bodies.random(size)));
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.header("Content-Type")).contains("application/problem+json");
      assertThat(response.header("Retry-After")).contains("1");
      assertThat(response.text()).contains("\"status\":503");
    }
    gateway.stop();
  }

  @Test
  void whereNoServerCanBeReachedRequestsAreAnswered503WhateverTheirSize() throws Exception {
    Backends backends = new Backends();
    backends.set(List.of(Gateways.nobody("x"), Gateways.nobody("y")));
    Gateway gateway = Gateways.start(backends);
    for (int size : new int[] {0, 10, 5_000_000}) {
      RawResponse response = call(gateway, RawRequest.post("/api", Bodies.random(size)));
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.header("Retry-After")).contains("1");
    }
    Gateways.awaitIdle(backends);
    gateway.stop();
  }

  @Test
  void serversMayBeSetWhileRequestsAreOpen() throws Exception {
    try (BackendServer a = BackendServer.echo("a");
        BackendServer b = BackendServer.echo("b")) {
      Backends backends = Gateways.to(a);
      Gateway gateway = Gateways.start(backends);
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        client.send(RawRequest.get("/api/hold"));
        await().atMost(LONG).until(() -> !a.received().isEmpty());

        backends.set(List.of(b.backend()));

        assertThat(call(gateway, RawRequest.get("/api")).header("X-Server")).contains("b");
        a.letGo();
        assertThat(client.read().header("X-Server")).contains("a");
        assertThat(backends.outstanding()).isEqualTo(Map.of(b.backend(), 0));
      }
      gateway.stop();
    }
  }

  @Test
  void aConnectionThatItsServerClosedWhileIdleCostsNoRequest() throws Exception {
    try (ServerSocket listening = new ServerSocket(0)) {
      // Answers one request on each connection and closes it without a word of warning.
      Thread server = new Thread(() -> OneAnswer.serve(listening, "hello"), "one-answer");
      server.setDaemon(true);
      server.start();
      Backends backends = new Backends();
      backends.set(List.of(new Backend("one", "localhost", listening.getLocalPort())));
      Gateway gateway = Gateways.start(backends);
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        for (int i = 0; i < 20; i++) {
          int number = i;
          await()
              .atMost(LONG)
              .untilAsserted(
                  () -> {
                    RawResponse response = client.call(RawRequest.post("/api", "" + number));
                    assertThat(response.text()).isEqualTo("hello");
                  });
        }
      }
      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  @Test
  void otherPathsAreNotPassedOn() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      for (String path : List.of("/", "/other", "/apis", "/api2/x", "/other/api")) {
        RawResponse response = call(gateway, RawRequest.get(path));
        assertThat(response.status()).as(path).isEqualTo(404);
        assertThat(response.header("Content-Type")).contains("application/problem+json");
      }
      for (String path : List.of("/api", "/api/", "/api/x/y", "/api?q=1")) {
        assertThat(call(gateway, RawRequest.get(path)).status()).as(path).isEqualTo(200);
      }
      gateway.stop();
      assertThat(a.received()).containsExactly("/api", "/api/", "/api/x/y", "/api?q=1");
    }
  }

  static RawResponse call(Gateway gateway, RawRequest request) throws Exception {
    try (RawHttp client = RawHttp.connect(gateway.port())) {
      return client.call(request);
    }
  }
}
