package io.sparkserving.distributed.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.RawHeader;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** What of a message arrives on the other side. */
final class GatewayMessageTest {
  @Test
  void bodiesOfEverySizeArriveBothWays() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        for (int size : new int[] {0, 1, 1000, 8191, 8192, 65_537, 1 << 20, 20 << 20}) {
          byte[] body = Bodies.random(size);
          RawResponse response = send(client, RawRequest.post("/api", body));
          assertThat(response.status()).isEqualTo(200);
          assertThat(response.body()).as("%d bytes", size).isEqualTo(body);
          RawResponse chunked =
              send(client, RawRequest.of("POST", "/api").chunked(body, 1 + size / 7));
          assertThat(chunked.body()).as("%d bytes in chunks", size).isEqualTo(body);
        }
      }
      gateway.stop();
    }
  }

  @Test
  void aBodyThatServersWouldRefuseForItsLengthIsNotPassedOn() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        String request = "POST /api HTTP/1.1\r\nHost: gateway\r\nContent-Length: %d\r\n\r\n";
        client.send(request.formatted(Gateways.MAX_BODY_SIZE + 1).getBytes(US_ASCII));
        RawResponse response = client.read();
        assertThat(response.status()).isEqualTo(413);
        assertThat(response.header("Connection")).hasValue("close");
        assertThat(response.text()).contains(String.valueOf(Gateways.MAX_BODY_SIZE));
      }
      assertThat(a.received()).isEmpty();
      gateway.stop();
    }
  }

  /** Sends and reads at the same time, as no more than a buffer's worth waits on the way. */
  private static RawResponse send(RawHttp client, RawRequest request) throws Exception {
    return send(client, request.bytes());
  }

  private static RawResponse send(RawHttp client, byte[] bytes) throws Exception {
    LinkedBlockingQueue<Exception> failures = new LinkedBlockingQueue<>();
    Thread sender =
        new Thread(
            () -> {
              try {
                client.send(bytes);
              } catch (Exception e) {
                failures.add(e);
              }
            },
            "sender");
    sender.setDaemon(true);
    sender.start();
    RawResponse response = client.read();
    sender.join();
    assertThat(failures).isEmpty();
    return response;
  }

  @Test
  void aBodyIsPassedOnWhileItComes() throws Exception {
    LinkedBlockingQueue<String> pieces = new LinkedBlockingQueue<>();
    try (BackendServer a =
        BackendServer.with(
            "a",
            (self, request, response, callback) -> {
              Content.Source.asString(noting(request, pieces));
              BackendServer.answer(response, callback, 200, "done");
            })) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        client.send(RawRequest.post("/api", "onetwo").head());
        client.send("one");
        assertThat(pieces.poll(20, TimeUnit.SECONDS)).isEqualTo("one");
        client.send("two");
        assertThat(client.read().text()).isEqualTo("done");
      }
      gateway.stop();
    }
  }

  private static Request noting(Request request, LinkedBlockingQueue<String> pieces) {
    return new Request.Wrapper(request) {
      @Override
      public Content.Chunk read() {
        Content.Chunk chunk = super.read();
        if (chunk != null && chunk.hasRemaining()) {
          pieces.add(BufferUtil.toString(chunk.getByteBuffer()));
        }
        return chunk;
      }
    };
  }

  @Test
  void anAnswerIsPassedOnWhileItComes() throws Exception {
    CountDownLatch rest = new CountDownLatch(1);
    try (BackendServer a =
        BackendServer.with(
            "a",
            (self, request, response, callback) -> {
              response.getHeaders().put("Content-Length", 6);
              Callback.Completable half = new Callback.Completable();
              response.write(false, BufferUtil.toBuffer("one"), half);
              half.get(20, TimeUnit.SECONDS);
              rest.await(20, TimeUnit.SECONDS);
              response.write(true, BufferUtil.toBuffer("two"), callback);
            })) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        client.send(RawRequest.get("/api"));
        // Comes only if the gateway does not wait for the rest.
        assertThat(client.closedByServer()).isFalse();
        rest.countDown();
        assertThat(client.read().text()).isEqualTo("onetwo");
      }
      gateway.stop();
    }
  }

  @Test
  void aClientThatExpects100IsToldToContinueByTheServer() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        for (int size : new int[] {10, 3_000_000}) {
          byte[] body = Bodies.random(size);
          RawRequest request = RawRequest.post("/api", body).header("Expect", "100-continue");
          client.send(request.head());
          assertThat(client.read().status()).isEqualTo(100);
          assertThat(send(client, request.framedBody()).body()).isEqualTo(body);
        }
      }
      gateway.stop();
    }
  }

  @Test
  void aClientThatExpects100IsRefusedByTheServer() throws Exception {
    try (BackendServer a =
        BackendServer.with(
            "a",
            (self, request, response, callback) ->
                BackendServer.answer(response, callback, 413, "too much"))) {
      Backends backends = Gateways.to(a);
      Gateway gateway = Gateways.start(backends);
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        RawRequest request =
            RawRequest.post("/api", new byte[1000]).header("Expect", "100-continue");
        client.send(request.head());
        RawResponse response = client.read();
        assertThat(response.status()).isEqualTo(413);
        assertThat(response.text()).isEqualTo("too much");
      }
      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  @Test
  void aRequestThatExpects100GoesToAnotherServerWhereItsOwnCannotBeReached() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Backends backends = new Backends();
      backends.set(List.of(Gateways.nobody("x"), a.backend()));
      Gateway gateway = Gateways.start(backends);
      for (int i = 0; i < 2; i++) {
        try (RawHttp client = RawHttp.connect(gateway.port())) {
          RawRequest request = RawRequest.post("/api", "hi").header("Expect", "100-continue");
          client.send(request.head());
          assertThat(client.read().status()).isEqualTo(100);
          client.send("hi");
          assertThat(client.read().text()).isEqualTo("hi");
        }
      }
      gateway.stop();
    }
  }

  @Test
  void connectionsAreKeptOnBothSides() throws Exception {
    List<String> ports = new CopyOnWriteArrayList<>();
    try (BackendServer a =
        BackendServer.with(
            "a",
            (self, request, response, callback) -> {
              ports.add(request.getConnectionMetaData().getRemoteSocketAddress().toString());
              BackendServer.answer(response, callback, 200, "");
            })) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        for (int i = 0; i < 5; i++) {
          assertThat(client.call(RawRequest.get("/api")).status()).isEqualTo(200);
        }
      }
      gateway.stop();
      assertThat(ports).hasSize(5);
      assertThat(Set.copyOf(ports)).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void aClientOfHttp10IsServed() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      RawResponse response =
          GatewayRoutingTest.call(gateway, RawRequest.post("/api", "old").http10());
      assertThat(response.text()).isEqualTo("old");
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        client.send("GET /api HTTP/1.0\r\n\r\n");
        assertThat(client.read().status()).isEqualTo(200);
      }
      gateway.stop();
    }
  }

  @Test
  void addressesArriveAsSent() throws Exception {
    try (BackendServer a = BackendServer.echo("a")) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      List<String> targets =
          List.of(
              "/api/a%20b?q=1&q=2&&x",
              "/api/x?q=%zz",
              "/api/x?q=a|b&{\"c\"}",
              "/api//x/%2F",
              "/api/x?q=a+b%2Bc&empty=&=v",
              "/api/?",
              "/api/caf%C3%A9?n=%E2%82%AC",
              "/api/x;y=1/z?a=b?c");
      for (String target : targets) {
        assertThat(GatewayRoutingTest.call(gateway, RawRequest.get(target)).status())
            .as(target)
            .isEqualTo(200);
      }
      gateway.stop();
      assertThat(a.received()).containsExactlyElementsOf(targets);
    }
  }

  @Test
  void headersOfRequestsArriveUnchangedButForThoseOfTheConnection() throws Exception {
    RawRequest request =
        RawRequest.get("/api")
            .header("X-One", "1")
            .header("x-two", "a, b")
            .header("X-Two", "c")
            .header("Cookie", "k=v; l=w")
            .header("Authorization", "Basic dTpw")
            .header("Accept-Encoding", "gzip")
            .header("Connection", "keep-alive, X-Hop")
            .header("Keep-Alive", "timeout=5")
            .header("X-Hop", "mine")
            .header("TE", "trailers");
    List<RawHeader> arrived = headersAtServer(request);

    assertThat(arrived)
        .filteredOn(header -> !isAdded(header))
        .containsExactly(
            new RawHeader("Host", "localhost"),
            new RawHeader("X-One", "1"),
            new RawHeader("x-two", "a, b"),
            new RawHeader("X-Two", "c"),
            new RawHeader("Cookie", "k=v; l=w"),
            new RawHeader("Authorization", "Basic dTpw"),
            new RawHeader("Accept-Encoding", "gzip"));
  }

  @Test
  void aBodyWithoutATypeGetsNone() throws Exception {
    List<RawHeader> arrived = headersAtServer(RawRequest.post("/api", "x"));
    assertThat(arrived)
        .filteredOn(header -> !isAdded(header))
        .containsExactly(new RawHeader("Host", "localhost"), new RawHeader("Content-Length", "1"));
  }

  @Test
  void theServerLearnsWhoCalled() throws Exception {
    List<RawHeader> arrived = headersAtServer(RawRequest.get("/api"));
    assertThat(values(arrived, "X-Forwarded-For")).hasSize(1).first().asString().isNotEmpty();
    assertThat(values(arrived, "X-Forwarded-Proto")).containsExactly("http");
    assertThat(values(arrived, "X-Forwarded-Host")).containsExactly("localhost");
    assertThat(values(arrived, "Forwarded"))
        .singleElement()
        .asString()
        .contains("for=", "host=\"localhost\"", "proto=http");
    assertThat(values(arrived, "Via")).containsExactly("1.1 spark-serving");
  }

  @Test
  void theServerLearnsWhoCalledAProxyInFront() throws Exception {
    List<RawHeader> arrived =
        headersAtServer(
            RawRequest.get("/api")
                .header("X-Forwarded-For", "203.0.113.9")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "api.example.org")
                .header("Forwarded", "for=203.0.113.9;proto=https"));
    assertThat(values(arrived, "X-Forwarded-For"))
        .singleElement()
        .asString()
        .startsWith("203.0.113.9, ");
    assertThat(values(arrived, "X-Forwarded-Proto")).containsExactly("https");
    assertThat(values(arrived, "X-Forwarded-Host")).containsExactly("api.example.org");
    assertThat(values(arrived, "Forwarded"))
        .singleElement()
        .asString()
        .startsWith("for=203.0.113.9;proto=https, ");
  }

  @Test
  void headersAndStatusOfAnswersArriveUnchangedButForThoseOfTheConnection() throws Exception {
    try (BackendServer a =
        BackendServer.with(
            "a",
            (self, request, response, callback) -> {
              response.getHeaders().add("X-One", "1");
              response.getHeaders().add("Set-Cookie", "a=1");
              response.getHeaders().add("Set-Cookie", "b=2");
              response.getHeaders().add("Content-Encoding", "gzip");
              response.getHeaders().add("Location", "/elsewhere");
              response.getHeaders().add("WWW-Authenticate", "Basic realm=x");
              int status = Integer.parseInt(request.getHttpURI().getQuery());
              if (status == 204 || status == 304) {
                response.setStatus(status);
                response.write(true, BufferUtil.EMPTY_BUFFER, callback);
              } else {
                BackendServer.answer(response, callback, status, "not gzip");
              }
            })) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      try (RawHttp client = RawHttp.connect(gateway.port())) {
        for (int status : new int[] {200, 201, 204, 302, 304, 401, 404, 418, 500, 503}) {
          RawResponse response = client.call(RawRequest.get("/api?" + status));
          assertThat(response.status()).isEqualTo(status);
          assertThat(response.headers("X-One")).containsExactly("1");
          assertThat(response.headers("X-Server")).containsExactly("a");
          assertThat(response.headers("Set-Cookie")).containsExactly("a=1", "b=2");
          assertThat(response.headers("Content-Encoding")).containsExactly("gzip");
          assertThat(response.headers("Location")).containsExactly("/elsewhere");
          assertThat(response.headers("WWW-Authenticate")).containsExactly("Basic realm=x");
          assertThat(response.text()).isEqualTo(response.body().length == 0 ? "" : "not gzip");
        }
        RawResponse head = client.call(RawRequest.of("HEAD", "/api?200"));
        assertThat(head.header("Content-Length")).contains("8");
      }
      gateway.stop();
    }
  }

  private static boolean isAdded(RawHeader header) {
    String name = header.name().toLowerCase(Locale.ROOT);
    return name.startsWith("x-forwarded-") || name.equals("forwarded") || name.equals("via");
  }

  private static List<String> values(List<RawHeader> headers, String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(RawHeader::value)
        .toList();
  }

  private static List<RawHeader> headersAtServer(RawRequest request) throws Exception {
    List<RawHeader> arrived = new CopyOnWriteArrayList<>();
    try (BackendServer a =
        BackendServer.with(
            "a",
            (self, received, response, callback) -> {
              for (HttpField field : received.getHeaders()) {
                arrived.add(new RawHeader(field.getName(), field.getValue()));
              }
              BackendServer.answer(response, callback, 200, "");
            })) {
      Gateway gateway = Gateways.start(Gateways.to(a));
      assertThat(GatewayRoutingTest.call(gateway, request).status()).isEqualTo(200);
      gateway.stop();
    }
    return arrived;
  }
}
