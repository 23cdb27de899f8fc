package io.sparkserving.forwarding.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.forwarding.RunningForward;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("everything")
class LostConnectionTest {
  private static final int ROUNDS = 2;

  private static boolean answers(String address) {
    try {
      return EchoServer.post(address, "", "hello").equals("hello");
    } catch (Exception e) {
      return false;
    }
  }

  @Test
  void theSamePortIsForwardedAgainAfterEachLossAndNoThreadIsLeft(@TempDir Path folder)
      throws Exception {
    try (SshServer server = SshServer.start(folder.resolve("server"));
        EchoServer echo = new EchoServer()) {
      String address = "127.0.0.1:" + SshServer.freePort();
      int port = Integer.parseInt(address.split(":")[1]);
      List<Optional<String>> told = new CopyOnWriteArrayList<>();
      RunningForward forward =
          SshForward.start(
              Forwards.configuration(server.options(port)),
              "my_api",
              echo.port(),
              change -> {
                told.add(change);
                if (told.size() == 2) {
                  // As where no descriptor is left to load a class with.
                  throw new NoClassDefFoundError("some/Class");
                }
              });
      forward.awaitStarted();
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(answers(address)).isTrue();
        server.kill();
        await().atMost(Duration.ofSeconds(10)).until(() -> forward.address().isEmpty());
        server.run();
        await().atMost(Duration.ofSeconds(20)).until(() -> answers(address));
        assertThat(forward.address()).contains(address);
      }
      assertThat(told).hasSize(2 * ROUNDS + 1);
      assertThat(told.subList(0, 3))
          .containsExactly(Optional.of(address), Optional.empty(), Optional.of(address));
      forward.close();
      await().atMost(Duration.ofSeconds(10)).until(() -> Leftovers.threads("my_api") == 0);
      assertThat(forward.address()).isEmpty();
    }
  }

  @Test
  void anotherPortIsTakenWhereTheFormerOneIsGone(@TempDir Path folder) throws Exception {
    try (SshServer server = SshServer.start(folder.resolve("server"));
        EchoServer echo = new EchoServer()) {
      int port = SshServer.freePort();
      RunningForward forward = Forwards.start(server.options(port), echo.port());
      server.kill();
      await().atMost(Duration.ofSeconds(10)).until(() -> forward.address().isEmpty());
      try (ServerSocket taken = new ServerSocket(port)) {
        server.run();
        await().atMost(Duration.ofSeconds(20)).until(() -> forward.address().isPresent());
        assertThat(forward.address())
            .isNotEqualTo(Optional.of("127.0.0.1:" + taken.getLocalPort()));
        assertThat(answers(forward.address().orElseThrow())).isTrue();
      } finally {
        forward.close();
      }
    }
  }

  @Test
  void aGatewayThatFreezesIsLeftAfterThreeKeepAlives(@TempDir Path folder) throws Exception {
    try (SshServer server = SshServer.start(folder.resolve("server"));
        EchoServer echo = new EchoServer()) {
      Map<String, String> options = server.options(SshServer.freePort());
      options.put("forwarding.keepAlive", "200ms");
      options.put("forwarding.timeout", "1s");
      RunningForward forward = Forwards.start(options, echo.port());
      try {
        server.freeze();
        await().atMost(Duration.ofSeconds(10)).until(() -> forward.address().isEmpty());
        server.thaw();
        await().atMost(Duration.ofSeconds(30)).until(() -> forward.address().isPresent());
        assertThat(answers(forward.address().orElseThrow())).isTrue();
      } finally {
        forward.close();
      }
    }
  }
}
