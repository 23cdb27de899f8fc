package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.DriverProcess;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More connections than the driver may have descriptors, which its checkpoint needs too. */
@Tag("everything")
class HeadDescriptorsTest {
  private static final int DESCRIPTORS = 1_024;
  private static final int CONNECTIONS = 1_100;

  @Test
  void aQueryOutlivesConnectionsThatKeepAllDescriptorsBusy(@TempDir Path folder) throws Exception {
    int port = freePort();
    String checkpoint = folder.resolve("checkpoint").toUri().toString();
    List<RawHttp> idle = new ArrayList<>();
    try (DriverProcess driver =
        DriverProcess.startWithDescriptors(
            DESCRIPTORS, folder, HeldDriver.class, Integer.toString(port), checkpoint)) {
      driver.awaitLine(HeldDriver.SERVING);
      try (RawHttp kept = RawHttp.connect(port)) {
        assertThat(echo(kept, "before")).isEqualTo("before");
        for (int i = 0; i < CONNECTIONS; i++) {
          idle.add(connectAndSendOneByte(port));
        }
        // Each is a batch, whose offsets and commit are written.
        for (int i = 0; i < 20; i++) {
          assertThat(echo(kept, "during " + i)).as("%s", driver.read()).isEqualTo("during " + i);
        }
        for (RawHttp each : idle) {
          each.close();
        }
        assertThat(echo(kept, "after")).isEqualTo("after");
      }
      assertThat(driver.read())
          .doesNotContain("Too many open files", "FileSystemException", "Exception in query");
    }
  }

  private static RawHttp connectAndSendOneByte(int port) throws IOException {
    RawHttp http = RawHttp.connect(port);
    try {
      return http.send("P");
    } catch (IOException closed) {
      // As those are that are too many.
      return http;
    }
  }

  private static String echo(RawHttp http, String body) throws IOException {
    return http.call(RawRequest.post("/" + HeldDriver.NAME, body)).text();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
