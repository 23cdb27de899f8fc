package io.sparkserving.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whose requests are counted together where they come through the gateway. */
class GatewayRateLimitTest {
  private static final RawRequest REQUEST = RawRequest.post("/limited", "hello");

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[2]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void eachClientOfTheGatewayIsLimitedByItself() throws Exception {
    int gateway = freePort();
    StreamingQuery query =
        EchoQuery.start(
            spark,
            "limited",
            Map.of("gateway.port", Integer.toString(gateway), "rateLimit", "2/d"));
    int server = Serving.serviceInfo("limited").get(0).port();
    try (RawHttp one = RawHttp.connectFrom("127.0.0.2", gateway);
        RawHttp other = RawHttp.connectFrom("127.0.0.3", gateway);
        RawHttp direct = RawHttp.connectFrom("127.0.0.2", server)) {
      assertWithin(one.call(REQUEST), 1);
      // It is the same client, wherever it comes in.
      assertWithin(direct.call(REQUEST), 0);
      assertThat(one.call(REQUEST).status()).isEqualTo(429);
      assertWithin(other.call(REQUEST), 1);
    } finally {
      query.stop();
    }
  }

  @Test
  void noClientCountsAsAnother() throws Exception {
    int gateway = freePort();
    StreamingQuery query =
        EchoQuery.start(
            spark,
            "limited",
            Map.of("gateway.port", Integer.toString(gateway), "rateLimit", "1/d"));
    int server = Serving.serviceInfo("limited").get(0).port();
    try (RawHttp proxied = RawHttp.connectFrom("127.0.0.2", gateway);
        RawHttp direct = RawHttp.connectFrom("127.0.0.3", server)) {
      assertWithin(proxied.call(REQUEST), 0);
      assertWithin(direct.call(REQUEST), 0);
      for (String mark : new String[] {"127.0.0.9 00", "127.0.0.9", "", " "}) {
        RawRequest marked = REQUEST.header("X-Serving-Client", mark);
        assertThat(direct.call(marked).status()).as(mark).isEqualTo(429);
        assertThat(proxied.call(marked).status()).as(mark).isEqualTo(429);
        assertThat(proxied.call(marked.header("Connection", "X-Serving-Client")).status())
            .as(mark)
            .isEqualTo(429);
      }
    } finally {
      query.stop();
    }
  }

  private static void assertWithin(RawResponse response, int remaining) {
    assertThat(response.status()).as("%s", response).isEqualTo(200);
    assertThat(response.headers("RateLimit"))
        .singleElement()
        .asString()
        .startsWith("\"default\";r=" + remaining + ";");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      return socket.getLocalPort();
    }
  }
}
