package io.sparkserving.distributed.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.Volume;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@Tag("everything")
@Tag("long")
final class GatewayLoadTest {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayLoadTest.class);
  private static final Duration LIMIT = Volume.of(Duration.ofSeconds(120));
  private static final int REQUESTS = Volume.of(10_000);
  private static final int CONNECTIONS = 64;

  @Test
  void tenThousandRequestsOverThreeServersEachGetTheirOwnAnswer() throws Exception {
    try (BackendServer a = BackendServer.echo("a");
        BackendServer b = BackendServer.echo("b");
        BackendServer c = BackendServer.echo("c")) {
      Backends backends = Gateways.to(a, b, c);
      Gateway gateway = Gateways.start(backends);
      LoadReport report = run(gateway);
      LOG.info("{} requests/s: {}", Math.round(report.requestsPerSecond()), report);
      assertThat(report.isAll(200)).as("%s", report).isTrue();
      assertThat(List.of(a.received().size(), b.received().size(), c.received().size()))
          .allSatisfy(count -> assertThat(count).isBetween(REQUESTS / 4, REQUESTS / 2));
      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  @Test
  void whenAServerIsKilledOnlyWhatWasSentToItFailsAndNothingIsSentTwice() throws Exception {
    try (BackendServer a = BackendServer.echo("a");
        BackendServer b = BackendServer.echo("b");
        BackendServer c = BackendServer.echo("c")) {
      Backends backends = Gateways.to(a, b, c);
      Gateway gateway = Gateways.start(backends);
      List<RawHttp> held = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        held.add(RawHttp.connect(gateway.port()).send(RawRequest.get("/api/hold?held" + i)));
        int sent = i + 1;
        await().atMost(LIMIT).until(() -> Gateways.openRequests(backends) == sent);
      }
      await().atMost(LIMIT).until(() -> a.received().size() == 3);
      CompletableFuture<LoadReport> running = CompletableFuture.supplyAsync(() -> run(gateway));
      await().atMost(LIMIT).until(() -> a.received().size() > REQUESTS / 10);

      a.kill();

      LoadReport report = running.get();
      b.letGo();
      c.letGo();
      List<Integer> statuses = new ArrayList<>();
      for (RawHttp client : held) {
        statuses.add(client.read().status());
        client.close();
      }
      assertThat(statuses).filteredOn(status -> status == 502).hasSize(3);
      assertThat(statuses).filteredOn(status -> status == 200).hasSize(6);
      LOG.info("{} requests/s: {}", Math.round(report.requestsPerSecond()), report);
      int failed = report.byStatus().getOrDefault(502, 0);
      assertThat(report.errors()).as("%s", report).isZero();
      assertThat(report.byStatus().keySet()).as("%s", report).isSubsetOf(200, 502);
      assertThat(failed).as("%s", report).isLessThanOrEqualTo(CONNECTIONS);
      assertThat(report.mismatches()).as("%s", report).isEqualTo(failed);
      assertThat(b.received().size() + c.received().size()).isGreaterThan(REQUESTS / 2);
      assertEachReceivedOnce(a, b, c);
      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  @Test
  void serversThatCloseConnectionsUnannouncedNeverGetARequestThatAnotherHad() throws Exception {
    try (BackendServer a = BackendServer.with("a", GatewayLoadTest::echoAndClose);
        BackendServer b = BackendServer.with("b", GatewayLoadTest::echoAndClose)) {
      Backends backends = Gateways.to(a, b);
      Gateway gateway = Gateways.start(backends);
      LoadReport report = run(gateway);
      LOG.info("{} requests/s: {}", Math.round(report.requestsPerSecond()), report);
      assertThat(report.errors()).as("%s", report).isZero();
      assertThat(report.byStatus().keySet()).as("%s", report).isSubsetOf(200, 502);
      assertThat(report.mismatches())
          .as("%s", report)
          .isEqualTo(report.byStatus().getOrDefault(502, 0));
      assertEachReceivedOnce(a, b);
      Gateways.awaitIdle(backends);
      gateway.stop();
    }
  }

  /** After one answer in seven, as the last byte of it is written. */
  private static void echoAndClose(
      BackendServer self, Request request, Response response, Callback callback) throws Exception {
    boolean close = self.received().size() % 7 == 0;
    var endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    BackendServer.echoOrHold(
        self,
        request,
        response,
        close ? Callback.from(callback, () -> endPoint.close()) : callback);
  }

  private static LoadReport run(Gateway gateway) {
    try {
      return new LoadClient(gateway.port(), CONNECTIONS, REQUESTS, LIMIT)
          .run(GatewayLoadTest::request, GatewayLoadTest::isOwn);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RawRequest request(int number) {
    return RawRequest.post("/api?" + number, body(number));
  }

  private static boolean isOwn(int number, RawResponse response) {
    return response.status() == 200 && Arrays.equals(response.body(), body(number));
  }

  /** Of one byte to some 20 KiB. */
  private static byte[] body(int number) {
    return ("," + number)
        .repeat(number % 37 == 0 ? 4000 : 1 + number % 50)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void assertEachReceivedOnce(BackendServer... servers) {
    List<String> received = new ArrayList<>();
    Stream.of(servers).forEach(server -> received.addAll(server.received()));
    assertThat(received).doesNotHaveDuplicates();
  }
}
