package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Every accepted request is answered, whatever happens to it. */
interface AnswerContract extends ContractServices {

  @Test
  default void anUnknownPathIsAnswered404() throws Exception {
    try (LiveService service = serve("known", Pipelines::address);
        RawHttp http = service.connect()) {
      for (String target : List.of("/", "/unknown", "/knownx", "/known-x", "/KNOWN", "/x/known")) {
        Json.problem(http.call(RawRequest.get(target)), 404);
      }
      Json.problem(http.call(RawRequest.post("/unknown", "a body")), 404);
      assertThat(http.call(RawRequest.of("HEAD", "/unknown")).status()).isEqualTo(404);
      assertThat(http.call(RawRequest.get("/known")).status()).isEqualTo(200);
    }
  }

  @Test
  default void aLargeBodyForAnUnknownPathCanBeSentWholeBeforeThe404IsRead() throws Exception {
    try (LiveService service = serve("small_house", Pipelines::address);
        RawHttp http = service.connect()) {
      Json.problem(http.call(RawRequest.post("/unknown", new byte[8 << 20])), 404);
    }
  }

  @Test
  default void aBodyThatDoesNotParseIsAnswered400() throws Exception {
    try (LiveService service = serve("strict", Pipelines::fooLength)) {
      assertThat(Json.problem(service.post("nonsense"), 400)).contains("nonsense");
      Json.problem(service.post(""), 400);
      Json.problem(service.get(""), 400);
      assertThat(service.post("{\"foo\":\"hello\",\"bar\":1}").text())
          .isEqualTo("{\"fooLength\":5}");
    }
  }

  @Test
  default void whatIsNotHttpIsAnswered400() throws Exception {
    try (LiveService service = serve("http_only", Pipelines::address);
        RawHttp http = service.connect()) {
      Json.problem(http.send("gibberish\r\n\r\n").read(), 400);
      assertThat(http.closedByServer()).isTrue();
      assertThat(service.get("").status()).isEqualTo(200);
    }
  }

  @Test
  default void aBodyOverMaxBodySizeIsAnswered413() throws Exception {
    ServiceSpec spec = ServiceSpec.of("narrow", Pipelines::echo).reading("maxBodySize", "1000");
    try (LiveService service = serve(spec)) {
      RawRequest post = RawRequest.of("POST", service.path());
      assertThat(service.call(post.body(new byte[1000])).body()).hasSize(1000);
      assertThat(service.call(post.chunked(new byte[1000], 100)).body()).hasSize(1000);
      Json.problem(service.call(post.body(new byte[1001])), 413);
      Json.problem(service.call(post.chunked(new byte[1001], 100)), 413);
      assertThat(service.call(post.body(new byte[1000])).status()).isEqualTo(200);
    }
  }

  @Test
  default void aBodyFarOverMaxBodySizeCanBeSentWholeBeforeThe413IsRead() throws Exception {
    ServiceSpec spec = ServiceSpec.of("narrow_far", Pipelines::echo).reading("maxBodySize", "1k");
    try (LiveService service = serve(spec)) {
      RawRequest post = RawRequest.of("POST", service.path());
      Json.problem(service.call(post.body(new byte[8 << 20])), 413);
      Json.problem(service.call(post.chunked(new byte[8 << 20], 10_000)), 413);
    }
  }

  @Test
  default void aBodyThatIsOnlyAnnouncedAsTooLargeIsAnswered413() throws Exception {
    try (LiveService service = serve("narrow_announced", Pipelines::echo);
        RawHttp http = service.connect();
        RawHttp expecting = service.connect()) {
      RawRequest huge =
          RawRequest.of("POST", service.path()).header("Content-Length", "9999999999");
      // An answer that waits for the body, or for an idle connection, comes too late.
      http.readTimeout(Duration.ofSeconds(10));
      expecting.readTimeout(Duration.ofSeconds(10));
      Json.problem(http.send(huge).read(), 413);
      Json.problem(expecting.send(huge.header("Expect", "100-continue")).read(), 413);
    }
  }

  @Test
  default void aFullQueueIsAnswered503WithRetryAfter() throws Exception {
    Gate gate = Gate.closed("full");
    ServiceSpec spec = ServiceSpec.of("full", gate::pipeline).reading("maxQueueSize", "2");
    ExecutorService clients = Executors.newCachedThreadPool();
    try (LiveService service = serve(spec);
        gate;
        RawHttp first = service.connect()) {
      first.send(RawRequest.get(service.path() + Gate.HELD));
      gate.awaitHeld();
      List<Future<RawResponse>> later = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String below = "/" + i;
        later.add(clients.submit(() -> service.get(below)));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> later.stream().anyMatch(Future::isDone));
      gate.open();
      assertThat(first.read().status()).isEqualTo(200);
      int served = 0;
      for (Future<RawResponse> each : later) {
        RawResponse response = each.get();
        if (response.status() == 200) {
          served++;
        } else {
          Json.problem(response, 503);
          assertThat(Integer.parseInt(response.header("Retry-After").orElseThrow())).isPositive();
        }
      }
      assertThat(served).isBetween(2, 11);
      service.awaitNothingOpen();
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  default void whatIsNotAnsweredInTimeIsAnswered504() throws Exception {
    Gate gate = Gate.closed("late");
    ServiceSpec spec = ServiceSpec.of("late", gate::pipeline).reading("requestTimeout", "3s");
    try (LiveService service = serve(spec);
        gate;
        RawHttp held = service.connect();
        RawHttp behind = service.connect()) {
      assertThat(service.get("/warm").text()).isEqualTo("/late/warm");
      long start = System.nanoTime();
      held.send(RawRequest.get(service.path() + Gate.HELD));
      gate.awaitHeld();
      behind.send(RawRequest.get(service.path() + Gate.HELD));
      Json.problem(held.read(), 504);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(2900), Duration.ofSeconds(10));
      Json.problem(behind.read(), 504);
      service.awaitNothingOpen();
      gate.open();
      // The late reply must not turn up as the answer to the next request of its connection.
      assertThat(held.call(RawRequest.get("/late/next")).text()).isEqualTo("/late/next");
    }
  }

  @Test
  default void aClientMaySayHowLongItWaits() throws Exception {
    Gate gate = Gate.closed("hasty");
    try (LiveService service = serve("hasty", gate::pipeline);
        gate;
        RawHttp own = service.connect();
        RawHttp envoy = service.connect()) {
      RawRequest held = RawRequest.get(service.path() + Gate.HELD);
      own.send(held.header("X-Request-Timeout", "600ms"));
      envoy.send(held.header("x-envoy-expected-rq-timeout-ms", "700"));
      assertThat(Json.problem(own.read(), 504)).contains("600 ms");
      assertThat(Json.problem(envoy.read(), 504)).contains("700 ms");
    }
  }

  @Test
  default void aRequestWhoseClientHasLeftIsNotComputed() throws Exception {
    Gate gate = Gate.closed("left");
    ServiceSpec spec = ServiceSpec.of("left", gate::pipeline).reading("numPartitions", "1");
    try (LiveService service = serve(spec);
        gate) {
      // Nobody asks after a client who has hardly waited.
      LeavingClients.call(service, gate, service.port(), Duration.ofMillis(1100));
    }
  }

  @Test
  default void aRequestWhoseRowIsFilteredOutIsAnsweredNoReplyStatus() throws Exception {
    try (LiveService service = serve("sieve", AnswerContract::sieve)) {
      Json.problem(service.get("/drop"), 500);
      assertThat(service.get("/keep").text()).isEqualTo("/sieve/keep");
      service.awaitNothingOpen();
    }
  }

  @Test
  default void noReplyStatusCanBeChosen() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("sieve404", AnswerContract::sieve).reading("noReplyStatus", "404");
    try (LiveService service = serve(spec)) {
      Json.problem(service.get("/drop"), 404);
      assertThat(service.get("/keep").status()).isEqualTo(200);
    }
  }

  @Test
  default void withNoReplyStatusZeroARowThatIsGoneWaitsForTheRequestTimeout() throws Exception {
    ServiceSpec spec =
        ServiceSpec.of("sieve0", AnswerContract::sieve)
            .reading("noReplyStatus", "0")
            .reading("requestTimeout", "3s");
    try (LiveService service = serve(spec)) {
      Json.problem(service.get("/drop"), 504);
      assertThat(service.get("/keep").status()).isEqualTo(200);
    }
  }

  @Test
  default void aStoppedQueryAnswersWhatIsInFlightWith503AndFreesNameAndPort() throws Exception {
    Gate gate = Gate.closed("stopping");
    // Another task, if there is one, answers what is to wait behind the gate.
    ServiceSpec spec = ServiceSpec.of("stopping", gate::pipeline).reading("numPartitions", "1");
    int port;
    try (LiveService service = serve(spec);
        gate;
        RawHttp held = service.connect();
        RawHttp queued = service.connect();
        RawHttp idle = service.connect()) {
      port = service.port();
      assertThat(idle.call(RawRequest.get(service.path())).status()).isEqualTo(200);
      held.send(RawRequest.get(service.path() + Gate.HELD));
      gate.awaitHeld();
      queued.send(RawRequest.get(service.path()));
      await().until(() -> service.state().openExchanges() == 2);
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stop(service));
      Json.problem(held.read(), 503);
      Json.problem(queued.read(), 503);
      stopped.join();
      assertThat(idle.closedByServer()).isTrue();
    }
    try (LiveService again = serve(spec.reading("port", Integer.toString(port)))) {
      assertThat(again.port()).isEqualTo(port);
      assertThat(again.get("/again").text()).isEqualTo("/stopping/again");
    }
  }

  private static void stop(LiveService service) {
    try {
      service.stop();
    } catch (Exception e) {
      throw new AssertionError("Cannot stop " + service.path(), e);
    }
  }

  @Test
  default void aClientThatLeavesBeforeItsReplyIsNotNoticedByTheQuery() throws Exception {
    Gate gate = Gate.closed("left");
    try (LiveService service = serve("left", gate::pipeline);
        gate) {
      RawHttp resetting = service.connect();
      resetting.send(RawRequest.get(service.path() + Gate.HELD));
      RawHttp closing = service.connect();
      closing.send(RawRequest.get(service.path() + Gate.HELD));
      await().until(() -> service.state().openExchanges() == 2);
      gate.awaitHeld();
      resetting.reset();
      closing.close();
      gate.open();
      service.awaitNothingOpen();
      assertThat(service.get("/next").text()).isEqualTo("/left/next");
    }
  }

  @Test
  default void aClientThatOnlyEndsItsOutputGetsItsReply() throws Exception {
    Gate gate = Gate.closed("half_closed");
    try (LiveService service = serve("half_closed", gate::pipeline);
        gate;
        RawHttp http = service.connect()) {
      // Whoever ends its output and waits long, as for a first batch, counts as gone.
      assertThat(service.get("/warm").status()).isEqualTo(200);
      http.send(RawRequest.get(service.path() + Gate.HELD).header("Connection", "close"));
      http.endOutput();
      gate.awaitHeld();
      gate.open();
      assertThat(http.read().text()).isEqualTo(service.path() + Gate.HELD);
    }
  }

  private static Dataset<Row> sieve(Dataset<Row> requests) {
    return Pipelines.address(requests)
        .filter(col("request.requestLine.uri").endsWith("/drop").equalTo(false));
  }
}
