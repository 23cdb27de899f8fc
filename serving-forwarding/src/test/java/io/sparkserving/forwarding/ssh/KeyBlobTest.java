package io.sparkserving.forwarding.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sparkserving.forwarding.RunningForward;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("everything")
class KeyBlobTest {

  private static void assertFails(Map<String, String> options, String sas, String text) {
    options.put("forwarding.keySas", sas);
    String signature = sas.replaceFirst(".*sig=", "");
    assertThatIOException()
        .isThrownBy(() -> Forwards.start(options, 1))
        .withMessageStartingWith("Cannot forward service 'my_api' by gateway ")
        .withMessageContaining(text)
        .satisfies(
            failure ->
                assertThat(Throwables.getStackTrace(failure))
                    .doesNotContain(signature)
                    .doesNotContain(URLDecoder.decode(signature, StandardCharsets.UTF_8)));
  }

  @Test
  void aKeyIsDownloadedIfItsUrlAllowsAndTheUrlIsNeverPrinted(@TempDir Path folder)
      throws Exception {
    try (EveryLog log = new EveryLog();
        Azurite azurite = Azurite.start(Files.createDirectories(folder.resolve("azurite")));
        SshServer server = SshServer.start(folder.resolve("server"));
        EchoServer echo = new EchoServer()) {
      Path key = server.keys().resolve("id_ed25519");
      String valid = azurite.store(key, OffsetDateTime.now(ZoneOffset.UTC).plusHours(1));
      Map<String, String> options = server.options(SshServer.freePort());
      options.put("forwarding.keyDir", "/nowhere");
      options.put("forwarding.keySas", valid);
      RunningForward forward = Forwards.start(options, echo.port());
      assertThat(EchoServer.post(forward.address().orElseThrow(), "", "hello")).isEqualTo("hello");
      forward.close();

      assertFails(
          options,
          azurite.store(key, OffsetDateTime.now(ZoneOffset.UTC).minusHours(1)),
          "It has expired, at ");
      assertFails(options, valid.replaceFirst("sig=...", "sig=AAA"), "403 ");
      assertFails(options, valid.replace("/keys/key?", "/keys/other?"), "cannot be downloaded");
      assertFails(options, valid.replaceFirst(":\\d+/", ":1/"), "cannot be downloaded");
      assertFails(
          options,
          azurite.store(
              folder.resolve("server/sshd_config"),
              OffsetDateTime.now(ZoneOffset.UTC).plusHours(1)),
          "the blob of forwarding.keySas is not a private key");
      assertThat(log.text())
          .contains("Forwarding: service 'my_api'")
          .doesNotContain(valid.replaceFirst(".*sig=", ""));
    }
  }
}
