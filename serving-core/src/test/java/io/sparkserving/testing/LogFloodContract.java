package io.sparkserving.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.ServingFunctions;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Clients do not fill the disk with what is logged about them. */
interface LogFloodContract extends ContractServices {
  int CALLS = 60;

  /** Kinds of lines that a client can cause, times the lines of a kind, with room for a few. */
  int MOST_LINES = 40;

  @Test
  default void whoeverCallsInALoopDoesNotFloodTheLog() throws Exception {
    ServiceSpec guarded =
        ServiceSpec.of("flooded", Pipelines::echo)
            .reading("auth.tokens", "animal-1111111111")
            .reading("http2", "true");
    try (LiveService service = serve(guarded);
        Probes.Logs logs =
            Probes.logs(Map.of("io.sparkserving", Level.INFO, "org.eclipse.jetty", Level.INFO))) {
      Attacks attacks = new Attacks(service.port(), service.path(), new Random(1));
      for (int i = 0; i < CALLS; i++) {
        service.post("refused");
        service.call(RawRequest.get("/%2e%2e/unknown"));
        if (i % 10 == 0) {
          attack(attacks);
        }
        abandon(service.port(), "POST /flooded HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx");
        abandon(service.port(), "GET /flooded HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
        abandon(service.port(), "\u0016\u0003\u0001\u0000\u0005");
      }
      assertThat(logs.lines()).as(summary(logs.lines())).hasSizeLessThan(MOST_LINES);
    }
  }

  @Test
  default void badRepliesDoNotFloodTheLogButAreTold() throws Exception {
    try (LiveService service = serve("unsendable", LogFloodContract::statusOfOne);
        Probes.Logs logs = Probes.logs(Map.of("io.sparkserving", Level.INFO))) {
      for (int i = 0; i < CALLS / 3; i++) {
        assertThat(service.post("x").status()).isEqualTo(500);
      }
      List<String> told =
          logs.lines().stream().filter(line -> line.startsWith("Invalid reply")).toList();
      assertThat(told).isNotEmpty().hasSizeLessThan(CALLS / 4);
    }
  }

  private static Dataset<Row> statusOfOne(Dataset<Row> requests) {
    return requests.withColumn(
        "reply",
        ServingFunctions.stringToResponse(col("request.requestLine.uri"), lit(42), lit("")));
  }

  private static void attack(Attacks attacks) {
    try {
      attacks.malformed();
      attacks.http1();
      attacks.http2();
    } catch (IOException e) {
      // The server has hung up.
    }
  }

  private static void abandon(int port, String beginning) throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoLinger(true, 0);
      socket.getOutputStream().write(beginning.getBytes(ISO_8859_1));
      socket.setSoTimeout(5);
      try {
        socket.getInputStream().readNBytes(10);
      } catch (IOException e) {
        // It waits for more.
      }
    }
  }

  private static String summary(List<String> lines) {
    return lines.stream()
        .collect(
            Collectors.groupingBy(
                line -> line.substring(0, Math.min(40, line.length())), Collectors.counting()))
        .toString();
  }
}
