package io.sparkserving.forwarding.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.sparkserving.forwarding.RunningForward;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("everything")
class SshForwardTest {
  private static Path folder;
  private static SshServer server;
  private static EchoServer echo;

  @BeforeAll
  static void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    server = SshServer.start(folder.resolve("server"));
    echo = new EchoServer();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
      echo.close();
    }
  }

  private static void assertForwards(Map<String, String> options) throws Exception {
    RunningForward forward = Forwards.start(options, echo.port());
    try {
      assertThat(EchoServer.post(forward.address().orElseThrow(), "", "hello")).isEqualTo("hello");
    } finally {
      forward.close();
    }
  }

  private static void assertFails(Map<String, String> options, String... texts) {
    assertThatIOException()
        .isThrownBy(() -> Forwards.start(options, echo.port()))
        .withMessageStartingWith("Cannot forward service 'my_api' by gateway ")
        .withMessageContaining(options.get("forwarding.username") + "@127.0.0.1:")
        .satisfies(failure -> assertThat(failure.getMessage()).contains(texts));
  }

  @Test
  void aPortOfTheGatewayIsForwardedUntilItIsClosed() throws Exception {
    int port = SshServer.freePort();
    RunningForward forward = Forwards.start(server.options(port), echo.port());
    assertThat(forward.address()).contains("127.0.0.1:" + port);
    String large = "x".repeat(3 << 20);
    assertThat(EchoServer.post("127.0.0.1:" + port, "", large)).isEqualTo(large);
    forward.close();
    assertThat(forward.address()).isEmpty();
    await().atMost(Duration.ofSeconds(5)).until(() -> !SshServer.isOpen(port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ed25519",
        "-t ecdsa -b 256",
        "-t ecdsa -b 521",
        "-t ecdsa -b 256 -m PEM",
        "-t rsa -b 2048",
        "-t rsa -b 2048 -m PEM",
        "-t rsa -b 2048 -m PKCS8"
      })
  void everyKindOfKeyIsUsed(String kind) throws Exception {
    Path keys = Files.createTempDirectory(folder, "keys");
    SshServer.makeKey(keys.resolve("key"), "", kind.split(" "));
    Files.copy(keys.resolve("key.pub"), server.keys().resolve("other.pub"));
    server.admit("other");
    Files.delete(server.keys().resolve("other.pub"));
    Map<String, String> options = server.options(SshServer.freePort());
    options.put("forwarding.keyDir", keys.toString());
    assertForwards(options);
  }

  @Test
  void anEncryptedKeyNeedsItsPassphrase() throws Exception {
    Path keys = Files.createTempDirectory(folder, "keys");
    SshServer.makeKey(keys.resolve("key"), "swordfish", "-t", "ed25519");
    Files.copy(keys.resolve("key.pub"), server.keys().resolve("encrypted.pub"));
    server.admit("encrypted");
    Map<String, String> options = server.options(SshServer.freePort());
    options.put("forwarding.keyDir", keys.toString());
    assertFails(options, "key has a passphrase: set forwarding.keyPassword");
    options.put("forwarding.keyPassword", "catfish");
    assertFails(options, "another passphrase than forwarding.keyPassword");
    options.put("forwarding.keyPassword", "swordfish");
    assertForwards(options);
  }

  @Test
  void aKeyThatTheGatewayDoesNotKnowIsRefusedWithAdvice() throws Exception {
    Path keys = Files.createTempDirectory(folder, "keys");
    Map<String, String> options = server.options(SshServer.freePort());
    options.put("forwarding.keyDir", keys.toString());
    assertFails(options, "There is no private key that can be used in " + keys);
    SshServer.makeKey(keys.resolve("stranger"), "", "-t", "ed25519");
    assertFails(options, "[stranger]", "authorized_keys");
  }

  @Test
  void hostKeysAreBelievedAsThePolicySays() throws Exception {
    Map<String, String> options = server.options(SshServer.freePort());
    String right = options.remove("forwarding.knownHosts");
    Path stranger = folder.resolve("stranger");
    SshServer.makeKey(stranger, "", "-t", "ed25519");
    String wrong =
        "[127.0.0.1]:%d %s"
            .formatted(server.port(), Files.readString(folder.resolve("stranger.pub")));
    Path otherType = folder.resolve("other-type");
    SshServer.makeKey(otherType, "", "-t", "ecdsa");
    String ofOtherType =
        "[127.0.0.1]:%d %s"
            .formatted(server.port(), Files.readString(folder.resolve("other-type.pub")));
    String keyOfServer = right.split(" ")[2];

    assertForwards(options);
    options.put("forwarding.hostKeyChecking", "strict");
    assertFails(options, "set forwarding.knownHosts to: ", keyOfServer);
    for (String policy : new String[] {"strict", "acceptNew"}) {
      options.put("forwarding.hostKeyChecking", policy);
      options.put("forwarding.knownHosts", wrong);
      assertFails(options, "its host key is not among the known ones", keyOfServer);
      options.put("forwarding.knownHosts", ofOtherType);
      assertFails(options, "its host key is not among the known ones", keyOfServer);
      Path file = Files.writeString(folder.resolve("known"), "# known\n" + right);
      options.put("forwarding.knownHosts", file.toString());
      assertForwards(options);
    }
    options.put("forwarding.hostKeyChecking", "off");
    options.put("forwarding.knownHosts", wrong);
    assertForwards(options);
  }

  @Test
  void aGatewayThatIsNotThereOrSilentIsGivenUpInTime() throws Exception {
    Map<String, String> options = server.options(SshServer.freePort());
    options.put("forwarding.timeout", "500ms");
    options.put("forwarding.sshPort", Integer.toString(SshServer.freePort()));
    assertFails(options, "nothing listens there", "forwarding.sshPort");
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      options.put("forwarding.sshPort", Integer.toString(silent.getLocalPort()));
      long start = System.nanoTime();
      assertFails(options, "no connection was made within 500 ms (forwarding.timeout)");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
    options.put("forwarding.sshHost", "gateway.invalid");
    assertThatIOException()
        .isThrownBy(() -> Forwards.start(options, echo.port()))
        .withMessageContaining("its name is not known here");
  }

  @Test
  void aGatewayThatKeepsTalkingButNeverLetsInIsGivenUpInTime() throws Exception {
    Map<String, String> options = server.options(SshServer.freePort());
    options.put("forwarding.timeout", "500ms");
    try (TalkativeServer talkative = new TalkativeServer()) {
      options.put("forwarding.sshPort", Integer.toString(talkative.port()));
      long start = System.nanoTime();
      assertFails(options, "no connection was made within 500 ms (forwarding.timeout)");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void portsThatAreTakenAreSkippedUpToTheLimit() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      Map<String, String> options = server.options(port);
      RunningForward forward = Forwards.start(options, echo.port());
      try {
        assertThat(forward.address()).isPresent().isNotEqualTo("127.0.0.1:" + port);
      } finally {
        forward.close();
      }
      options.put("forwarding.maxRetries", "0");
      assertFails(options, "none of its ports %d to %d on '127.0.0.1'".formatted(port, port));
    }
  }

  @Test
  void aGatewayWithAlgorithmsOfOldOnlyIsRefusedAndOneWithNewOnesOnlyIsNot() throws Exception {
    try (SshServer old =
        SshServer.start(folder.resolve("old"), "KexAlgorithms diffie-hellman-group1-sha1")) {
      assertFails(old.options(SshServer.freePort()), "it allows no algorithm that is safe today");
    }
    try (SshServer modern =
        SshServer.start(
            folder.resolve("modern"),
            "KexAlgorithms curve25519-sha256",
            "Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com",
            "HostKeyAlgorithms ssh-ed25519",
            "PubkeyAcceptedAlgorithms ssh-ed25519")) {
      assertForwards(modern.options(SshServer.freePort()));
    }
  }
}
