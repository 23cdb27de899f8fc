package io.sparkserving.protocols;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.testing.DriverProcess;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server on an executor whose driver stands still before it has told the types of outputs. */
@Tag("everything")
class OpenInferenceFrozenDriverTest {
  private static final RawRequest INFER =
      RawRequest.post(
          "/v2/models/adder/infer",
          "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"INT16\",\"data\":[1]}]}");
  private static final int REQUESTS = 5;

  @Test
  void requestsAreAnsweredMeanwhileAndTypesAreLearnedAfterwards(@TempDir Path folder)
      throws Exception {
    try (DriverProcess driver =
        DriverProcess.start(folder, AdderDriver.class, "local-cluster[1,2,1024]")) {
      driver.awaitLine(AdderDriver.NAME);
      String line =
          driver
              .read()
              .lines()
              .filter(l -> l.startsWith(AdderDriver.PORT))
              .findFirst()
              .orElseThrow();
      int port = Integer.parseInt(line.substring(AdderDriver.PORT.length()));

      driver.freeze();
      for (int i = 0; i < REQUESTS; i++) {
        long begun = System.nanoTime();
        assertThat(datatype(port)).isEqualTo("INT64");
        System.out.printf(
            "answered after %d ms%n", Duration.ofNanos(System.nanoTime() - begun).toMillis());
      }
      driver.thaw();

      await().atMost(Duration.ofMinutes(1)).until(() -> datatype(port).equals("INT16"));
    }
  }

  private static String datatype(int port) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      RawResponse response = http.call(INFER);
      assertThat(response.status()).as(response.text()).isEqualTo(200);
      return ProtocolJson.read(response.body()).at("/outputs/0/datatype").textValue();
    }
  }
}
