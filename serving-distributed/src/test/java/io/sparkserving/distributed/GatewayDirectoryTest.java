package io.sparkserving.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where a service with a gateway tells of its servers. */
class GatewayDirectoryTest {
  private static final String NAME = "told";
  private static final String NGINX = "/_serving/services/told/load-balancers/nginx";

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
  void theGatewayTellsOfTheServersAndStillPassesRequestsOn() throws Exception {
    int gateway = freePort();
    StreamingQuery query =
        EchoQuery.start(spark, NAME, Map.of("gateway.port", Integer.toString(gateway)));
    try {
      assertThat(get(gateway, NGINX).text())
          .isEqualTo(Serving.loadBalancerConfiguration(NAME, "nginx"))
          .contains(":" + Serving.serviceInfo(NAME).get(0).port());
      assertThat(get(gateway, "/_serving/services/told").text())
          .isEqualTo(Serving.serviceInfoJson(NAME));
      assertThat(call(gateway, RawRequest.post("/told", "hello")).text()).isEqualTo("hello");
      assertThat(get(gateway, "/_serving/").text()).contains("<title>");
      assertThat(get(gateway, "/_serving").status()).isEqualTo(302);
      assertThat(get(gateway, "/other").status()).isEqualTo(404);
    } finally {
      query.stop();
    }
  }

  @Test
  void theGatewayTellsProbesHowItsServersAre() throws Exception {
    int gateway = freePort();
    StreamingQuery query =
        EchoQuery.start(
            spark, NAME, Map.of("gateway.port", Integer.toString(gateway), "drainDelay", "2s"));
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    try {
      assertThat(get(gateway, "/livez").status()).isEqualTo(200);
      RawResponse ready = get(gateway, "/readyz");
      assertThat(ready.status()).isEqualTo(200);
      assertThat(ready.text()).contains("\"service\":\"told\"");
      Thread stopping = new Thread(() -> stop(query, stopped), "stopping");
      stopping.start();
      await()
          .pollInterval(Duration.ofMillis(10))
          .until(() -> get(gateway, "/readyz").text().contains("about to stop"));
      assertThat(get(gateway, "/livez").status()).isEqualTo(200);
      stopped.get(30, TimeUnit.SECONDS);
    } finally {
      query.stop();
    }
  }

  private static void stop(StreamingQuery query, CompletableFuture<Void> stopped) {
    try {
      query.stop();
      stopped.complete(null);
    } catch (TimeoutException e) {
      stopped.completeExceptionally(e);
    }
  }

  @Test
  void withAPortForItTheGatewayTellsNothing() throws Exception {
    int gateway = freePort();
    int coordinator = freePort();
    StreamingQuery query =
        EchoQuery.start(
            spark,
            NAME,
            Map.of(
                "gateway.port", Integer.toString(gateway),
                "coordinator.port", Integer.toString(coordinator)));
    try {
      assertThat(get(coordinator, NGINX).text())
          .isEqualTo(Serving.loadBalancerConfiguration(NAME, "nginx"));
      assertThat(get(gateway, NGINX).status()).isEqualTo(404);
      assertThat(get(gateway, "/_serving/").status()).isEqualTo(404);
      assertThat(get(coordinator, "/_serving/status").text())
          .contains("\"format\":\"distributedServer\"");
      assertThat(call(gateway, RawRequest.post("/told", "hello")).text()).isEqualTo("hello");
      assertThat(call(coordinator, RawRequest.post("/told", "hello")).status()).isEqualTo(404);
    } finally {
      query.stop();
    }
  }

  private static RawResponse get(int port, String target) throws IOException {
    return call(port, RawRequest.get(target));
  }

  private static RawResponse call(int port, RawRequest request) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.call(request);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      return socket.getLocalPort();
    }
  }
}
