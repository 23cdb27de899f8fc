package io.sparkserving.server.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.testing.CertificateReplacement;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.TestCertificate;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS at a port, over real sockets. What answers is {@code /livez}, which needs no query. */
class TlsTest {
  private static Path folder;
  private static TestCertificate first;
  private static TestCertificate second;

  @BeforeAll
  static void makeCertificates(@TempDir Path temporary) throws Exception {
    folder = temporary;
    first = TestCertificate.make(folder, "first");
    second = TestCertificate.make(folder, "second", "RSA");
  }

  private static BoundService bind(int port, String path, Map<String, String> options) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(Map.of("port", Integer.toString(port), "path", path));
    all.putAll(options);
    return HttpListeners.bind(
        new ServerExchanges(
            ServiceConfiguration.parse(all),
            ServiceTimer.jvm(),
            InstantSource.system(),
            NanoClock.SYSTEM));
  }

  private static BoundService bind(Map<String, String> options) {
    return bind(0, "api", options);
  }

  private static Map<String, String> with(
      Map<String, String> options, Map<String, String> further) {
    Map<String, String> all = new TreeMap<>(options);
    all.putAll(further);
    return all;
  }

  private static void assertServed(SSLContext client, int port) throws IOException {
    try (RawHttp http = RawHttp.connect(client, port)) {
      assertThat(http.call(RawRequest.get("/livez")).status()).isEqualTo(200);
    }
  }

  private static SSLSocket socket(SSLContext client, int port) throws IOException {
    return (SSLSocket) client.getSocketFactory().createSocket("localhost", port);
  }

  @Test
  void aKeyStoreDoesAsWell() throws Exception {
    BoundService bound =
        bind(
            Map.of(
                "tls.keyStore",
                second.keyStore().toString(),
                "tls.keyStorePassword",
                TestCertificate.PASSWORD));
    try {
      assertServed(second.client(), bound.port());
      assertThatThrownBy(() -> assertServed(first.client(), bound.port()))
          .isInstanceOf(SSLException.class);
    } finally {
      bound.close();
    }
  }

  @Test
  void onlyCiphersWithForwardSecrecyAndAuthenticatedEncryptionAreOffered() throws Exception {
    BoundService bound = bind(second.options());
    try {
      assertThat(accepted(bound.port(), "TLSv1.3"))
          .containsExactly(
              "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
      assertThat(accepted(bound.port(), "TLSv1.2"))
          .containsExactly(
              "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
              "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
              "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    } finally {
      bound.close();
    }
  }

  /** Those of the JDK's ciphers with which a connection comes about. */
  private static TreeSet<String> accepted(int port, String protocol) throws Exception {
    SSLContext client = second.client();
    TreeSet<String> accepted = new TreeSet<>();
    for (String cipher : client.getSupportedSSLParameters().getCipherSuites()) {
      try (SSLSocket socket = socket(client, port)) {
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setEnabledCipherSuites(new String[] {cipher});
        socket.startHandshake();
        accepted.add(socket.getSession().getCipherSuite());
      } catch (SSLException | IllegalArgumentException e) {
        assertThat(e).as("%s with %s", protocol, cipher).hasMessageMatching("(?s).+");
      }
    }
    return accepted;
  }

  @Test
  void olderProtocolsAreRefused() throws Exception {
    BoundService bound = bind(second.options());
    try {
      for (int minor = 0; minor <= 2; minor++) {
        try (Socket socket = new Socket("localhost", bound.port())) {
          socket.setSoTimeout(30_000);
          socket.getOutputStream().write(clientHello(minor));
          byte[] alert = socket.getInputStream().readNBytes(7);
          // An alert, fatal: 70 is protocol_version, 40 handshake_failure.
          assertThat(alert).as("3.%s: %s", minor, Arrays.toString(alert)).hasSize(7);
          assertThat(alert[0]).isEqualTo((byte) 21);
          assertThat(alert[5]).isEqualTo((byte) 2);
          assertThat(alert[6]).isIn((byte) 70, (byte) 40);
        }
      }
    } finally {
      bound.close();
    }
  }

  /** Asks for SSL 3.0 (0), TLS 1.0 (1) or TLS 1.1 (2), with ciphers that those have. */
  private static byte[] clientHello(int minor) {
    String random = "5a".repeat(32);
    String version = "030" + minor;
    String body = version + random + "00" + "0006c014002f0035" + "0100";
    int length = body.length() / 2;
    return HexFormat.of()
        .parseHex("16" + version + "%04x01%06x".formatted(length + 4, length) + body);
  }

  @Test
  void clientsShowCertificatesOfTrustedIssuersWhereThatIsRequired() throws Exception {
    Map<String, String> required =
        with(
            first.options(),
            Map.of(
                "tls.clientAuth",
                "required",
                "tls.trustCertificates",
                second.certificateFile().toString()));
    BoundService bound = bind(required);
    try {
      assertServed(first.clientWith(second), bound.port());
      // With TLS 1.3 a client hears of it only when it reads.
      assertThatThrownBy(() -> assertServed(first.client(), bound.port()))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> assertServed(first.clientWith(first), bound.port()))
          .isInstanceOf(IOException.class);
    } finally {
      bound.close();
    }
    BoundService optional = bind(with(required, Map.of("tls.clientAuth", "optional")));
    try {
      assertServed(first.client(), optional.port());
      assertServed(first.clientWith(second), optional.port());
    } finally {
      optional.close();
    }
  }

  @Test
  void aCertificateIsReplacedUnderLoadWithoutAFailedRequest() throws Exception {
    TestCertificate current = TestCertificate.make(folder, "current");
    SSLContext client = current.client(first);
    BoundService bound = bind(current.options());
    try (RawHttp kept = RawHttp.connect(client, bound.port())) {
      assertThat(kept.call(RawRequest.get("/livez")).status()).isEqualTo(200);
      CertificateReplacement.underLoad(
          current, first, client, bound.port(), () -> assertServed(client, bound.port()));
      assertThat(kept.call(RawRequest.get("/livez")).status()).isEqualTo(200);
    } finally {
      bound.close();
    }
  }

  @Test
  void filesThatAreNotWhatTheyShouldBeAreNamedWhenTheServiceStarts() throws Exception {
    Path other = Files.writeString(folder.resolve("other.pem"), "nothing of the kind");
    Path oldForm =
        Files.writeString(
            folder.resolve("old.pem"),
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    assertRefused(first, Map.of("tls.certificate", "/not/there"), "tls.certificate", "read");
    assertRefused(first, Map.of("tls.certificate", other.toString()), "no CERTIFICATE");
    assertRefused(first, Map.of("tls.key", other.toString()), "tls.key", "no PRIVATE KEY");
    assertRefused(first, Map.of("tls.key", oldForm.toString()), "openssl pkcs8");
    TestCertificate third = TestCertificate.make(folder, "third");
    assertRefused(
        first, Map.of("tls.key", third.keyFile().toString()), "not the key of tls.certificate");
  }

  private static void assertRefused(
      TestCertificate certificate, Map<String, String> options, String... words) {
    assertThatThrownBy(() -> bind(with(certificate.options(), options)).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void servicesOfOnePortHaveTheirTlsInCommon() throws Exception {
    BoundService bound = bind(first.options());
    try {
      bind(bound.port(), "too", first.options()).close();
      for (Map<String, String> options : List.of(Map.<String, String>of(), second.options())) {
        assertThatThrownBy(() -> bind(bound.port(), "other", options).close())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("other tls options");
      }
      assertServed(first.client(), bound.port());
    } finally {
      bound.close();
    }
  }

  @Test
  void aConnectionWithoutTlsIsClosed() throws Exception {
    BoundService bound = bind(first.options());
    try (RawHttp plain = RawHttp.connect(bound.port())) {
      plain.send(RawRequest.get("/livez"));
      assertThatThrownBy(() -> assertThat(plain.read().status()).isEqualTo(200))
          .isInstanceOf(IOException.class);
    } finally {
      bound.close();
    }
  }
}
