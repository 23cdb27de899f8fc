package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.driver.cluster.Backend;
import io.sparkserving.options.ClientCertificates;
import io.sparkserving.options.ConnectionLimits;
import io.sparkserving.options.TlsConfiguration;
import io.sparkserving.testing.CertificateReplacement;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway and servers that all speak TLS, over real sockets. */
final class GatewayTlsTest {
  private static Path folder;
  private static TestCertificate first;
  private static TestCertificate second;

  @BeforeAll
  static void makeCertificates(@TempDir Path temporary) throws Exception {
    folder = temporary;
    first = TestCertificate.make(folder, "first");
    second = TestCertificate.make(folder, "second", "RSA");
  }

  private static TlsConfiguration files(TestCertificate certificate) {
    return new TlsConfiguration(
        Optional.of(certificate.certificateFile().toString()),
        Optional.of(certificate.keyFile().toString()),
        Optional.empty(),
        Optional.empty(),
        ClientCertificates.NONE,
        Optional.empty());
  }

  private static Gateway start(TestCertificate certificate, Backends backends) {
    return Gateway.start(
        new GatewayConfiguration(
            "api",
            "localhost",
            0,
            "api",
            Duration.ofSeconds(30),
            Gateways.MAX_BODY_SIZE,
            Optional.of(files(certificate)),
            ConnectionLimits.DEFAULT,
            Optional.empty()),
        backends);
  }

  private static RawResponse call(TestCertificate trusted, int port, RawRequest request)
      throws Exception {
    try (RawHttp client = RawHttp.connect(trusted.client(), port)) {
      return client.call(request);
    }
  }

  @Test
  void requestsPassByTlsAndServersShowClientsTheirOwnCertificate() throws Exception {
    try (BackendServer server =
        BackendServer.tls(
            "a",
            0,
            files(second),
            (self, request, response, callback) ->
                BackendServer.answer(
                    response,
                    callback,
                    200,
                    request.isSecure() + " " + request.getHeaders().get("X-Forwarded-Proto")))) {
      Gateway gateway = start(first, Gateways.to(server));
      assertThat(call(first, gateway.port(), RawRequest.get("/api")).text())
          .isEqualTo("true https");
      assertThat(CertificateReplacement.shown(first.client(), gateway.port()))
          .isEqualTo(first.certificate());
      int port = server.backend().port();
      assertThat(CertificateReplacement.shown(second.client(), port))
          .isEqualTo(second.certificate());
      gateway.stop();
    }
  }

  @Test
  void largeBodiesPassOnAKeptConnection() throws Exception {
    try (BackendServer server = BackendServer.tls("a", 0, files(second))) {
      Gateway gateway = start(first, Gateways.to(server));
      byte[] body = Bodies.random(1 << 20);
      try (RawHttp client = RawHttp.connect(first.client(), gateway.port())) {
        for (int i = 0; i < 3; i++) {
          assertThat(client.call(RawRequest.post("/api", body)).body()).isEqualTo(body);
        }
      }
      assertThat(gateway.retries()).isZero();
      gateway.stop();
    }
  }

  @Test
  void aServerThatShowsAnotherCertificateIsNotSpokenTo() throws Exception {
    try (BackendServer server = BackendServer.tls("a", 0, files(second));
        BackendServer right = BackendServer.tls("b", 0, files(second))) {
      Backend wrong = new Backend("a", "localhost", server.backend().port(), "00".repeat(32));
      Backends backends = new Backends();
      backends.set(List.of(wrong));
      Gateway gateway = start(first, backends);
      assertThat(call(first, gateway.port(), RawRequest.post("/api", "secret")).status())
          .isEqualTo(503);
      backends.set(List.of(wrong, right.backend()));
      for (int i = 0; i < 2; i++) {
        assertThat(call(first, gateway.port(), RawRequest.post("/api", "x")).text()).isEqualTo("x");
      }
      assertThat(server.received()).isEmpty();
      gateway.stop();
    }
  }

  @Test
  void aServerThatGoesDuringTheHandshakeIsLeftForAnother() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (ServerSocket dying = new ServerSocket(0, 8, InetAddress.getByName("localhost"));
        BackendServer other = BackendServer.tls("b", 0, files(second))) {
      Future<Integer> greeting =
          threads.submit(
              () -> {
                try (Socket socket = dying.accept()) {
                  return socket.getInputStream().read();
                }
              });
      Backends backends = new Backends();
      backends.set(List.of(new Backend("a", "localhost", dying.getLocalPort(), "00".repeat(32))));
      Gateway gateway = start(first, backends);
      assertThat(call(first, gateway.port(), RawRequest.post("/api", "x")).status()).isEqualTo(503);
      // Something of a TLS handshake had left.
      assertThat(greeting.get(30, TimeUnit.SECONDS)).isEqualTo(22);
      backends.set(List.of(other.backend()));
      assertThat(call(first, gateway.port(), RawRequest.post("/api", "x")).text()).isEqualTo("x");
      gateway.stop();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aServerThatWasStoppedAndReplacedCostsAKeptClientNothing() throws Exception {
    BackendServer before = BackendServer.tls("a", 0, files(second));
    int port = before.backend().port();
    Backends backends = Gateways.to(before);
    Gateway gateway = start(first, backends);
    try (RawHttp client = RawHttp.connect(first.client(), gateway.port())) {
      assertThat(client.call(RawRequest.post("/api", "1")).text()).isEqualTo("1");
      before.kill();
      try (BackendServer after = BackendServer.tls("a", port, files(second))) {
        assertThat(client.call(RawRequest.post("/api", "2")).text()).isEqualTo("2");
        assertThat(after.received()).hasSize(1);
      }
    } finally {
      gateway.stop();
      before.close();
    }
  }

  @Test
  void aServerThatBreaksOffWithTheRequestGives502AndItIsNotRepeated() throws Exception {
    try (BackendServer breaking =
            BackendServer.tls("a", 0, files(second), GatewayFailureTest::breakOff);
        BackendServer same =
            BackendServer.tls("b", 0, files(second), GatewayFailureTest::breakOff)) {
      Gateway gateway = start(first, Gateways.to(breaking, same));
      assertThat(call(first, gateway.port(), RawRequest.post("/api", "once")).status())
          .isEqualTo(502);
      assertThat(breaking.received().size() + same.received().size()).isEqualTo(1);
      gateway.stop();
    }
  }

  @Test
  void aCertificateIsReplacedUnderLoadWithoutAFailedRequest() throws Exception {
    TestCertificate current = TestCertificate.make(folder, "current");
    SSLContext client = current.client(first);
    try (BackendServer server = BackendServer.tls("a", 0, files(current))) {
      Gateway gateway = start(current, Gateways.to(server));
      int port = gateway.port();
      CertificateReplacement.underLoad(
          current, first, client, port, () -> assertServed(client, port));
      assertThat(gateway.retries()).isZero();
      gateway.stop();
    }
  }

  private static void assertServed(SSLContext client, int port) throws IOException {
    try (RawHttp http = RawHttp.connect(client, port)) {
      assertThat(http.call(RawRequest.get("/api")).status()).isEqualTo(200);
    }
  }

  @Test
  void olderProtocolsAndPlainTextAreRefused() throws Exception {
    Gateway gateway = start(first, new Backends());
    String body = "0302" + "5a".repeat(32) + "00" + "0006c014002f0035" + "0100";
    int length = body.length() / 2;
    byte[] hello = HexFormat.of().parseHex("160302%04x01%06x".formatted(length + 4, length) + body);
    try (Socket socket = new Socket("localhost", gateway.port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(hello);
      byte[] alert = socket.getInputStream().readNBytes(7);
      assertThat(alert).as(Arrays.toString(alert)).hasSize(7);
      assertThat(alert[0]).isEqualTo((byte) 21);
      assertThat(alert[6]).isIn((byte) 70, (byte) 40);
    }
    try (RawHttp plain = RawHttp.connect(gateway.port())) {
      plain.send(RawRequest.get("/api"));
      assertThatThrownBy(() -> assertThat(plain.read().status()).isEqualTo(200))
          .isInstanceOf(IOException.class);
    }
    gateway.stop();
  }
}
