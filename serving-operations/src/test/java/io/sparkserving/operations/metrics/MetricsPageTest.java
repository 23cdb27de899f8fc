package io.sparkserving.operations.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.DriverService;
import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.RecordingService;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.FunctionMeasurements;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.Measurements;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.metrics.DriverCounters;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.Samples;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers without Spark, whose requests the test itself takes and answers. */
class MetricsPageTest {
  private static final ReplyMessage REPLY = new ReplyMessage(201, List.of(), new byte[7]);
  private static final LeaseKey TASK = new LeaseKey(1, 0, 0);

  private @Nullable Consumer consumer;

  private DriverService open(Map<String, String> options) {
    Consumer opened =
        ServiceRegistry.jvm()
            .attach(
                DriverService.class,
                RecordingService.configuration("told", options),
                DriverService::open,
                new QueryRun("query", null, () -> {}));
    consumer = opened;
    return (DriverService) opened.service();
  }

  @AfterEach
  void stop() {
    if (consumer != null) {
      consumer.detach();
    }
  }

  private static int port(DriverService service) {
    return service.servers().get(0).port();
  }

  private static Samples scrape(DriverService service) throws IOException {
    return Samples.scrape(port(service), "/metrics");
  }

  @Test
  void everyCounterCountsWhatItsMeaningSays() throws Exception {
    DriverService local = open(Map.of("maxQueueSize", "2", "maxBodySize", "5"));
    ServerExchanges server = local.exchanges();
    try (RawHttp one = RawHttp.connect(port(local));
        RawHttp two = RawHttp.connect(port(local));
        RawHttp three = RawHttp.connect(port(local))) {
      one.send(RawRequest.post("/told", "abc"));
      await().until(() -> server.queue().size() == 1);
      two.send(RawRequest.post("/told", "defgh"));
      await().until(() -> server.queue().size() == 2);
      assertThat(three.call(RawRequest.post("/told", "x")).status()).isEqualTo(503);
      assertThat(three.call(RawRequest.post("/told", "sixsix")).status()).isEqualTo(413);
      Samples waiting = scrape(local);
      assertThat(waiting.sum("spark_serving_queue_size", "executor=\"driver\"")).isEqualTo(2);
      assertThat(waiting.sum("spark_serving_queue_bytes")).isEqualTo(8);
      assertThat(waiting.sum("spark_serving_queue_oldest_wait_seconds")).isPositive();
      assertThat(waiting.sum("spark_serving_ready")).isEqualTo(1);

      Lease lease = server.leases().open(TASK);
      List<Exchange> taken = server.queue().takeBatch(lease, Integer.MAX_VALUE);
      Samples leased = scrape(local);
      assertThat(leased.sum("spark_serving_leases")).isEqualTo(1);
      assertThat(leased.sum("spark_serving_leased")).isEqualTo(2);
      assertThat(leased.sum("spark_serving_queue_oldest_wait_seconds")).isZero();

      server.counters().noteRouted();
      server.counters().noteRestart();
      server.answer(taken.get(1).id(), REPLY);
      server.answer(taken.get(1).id(), REPLY);
      server.leases().giveBack(lease, Blame.OLDEST);
      Lease second = server.leases().open(TASK);
      assertThat(server.queue().takeBatch(second, Integer.MAX_VALUE)).containsExactly(taken.get(0));
      server.leases().giveBack(second, Blame.OLDEST);
      assertThat(one.read().status()).isEqualTo(500);
      assertThat(two.read().status()).isEqualTo(201);

      await()
          .untilAsserted(
              () ->
                  assertThat(scrape(local).sum("spark_serving_reply_time_seconds_count"))
                      .isEqualTo(4));
      Samples end = scrape(local);
      for (String status : List.of("201", "413", "500", "503")) {
        String label = "status=\"" + status + "\"";
        assertThat(end.sum("spark_serving_requests_total", label)).as(status).isEqualTo(1);
      }
      assertThat(end.sum("spark_serving_requests_total")).isEqualTo(4);
      assertThat(end.sum("spark_serving_accepted_total")).isEqualTo(3);
      assertThat(end.sum("spark_serving_rejected_total")).isEqualTo(1);
      assertThat(end.sum("spark_serving_replies_dropped_total")).isEqualTo(1);
      assertThat(end.sum("spark_serving_replies_routed_total")).isEqualTo(1);
      assertThat(end.sum("spark_serving_poison_total")).isEqualTo(1);
      assertThat(end.sum("spark_serving_restarts_total")).isEqualTo(1);
      assertThat(end.sum("spark_serving_queue_time_seconds_count")).isEqualTo(2);
      assertThat(end.sum("spark_serving_query_time_seconds_bucket", "le=\"+Inf\"")).isEqualTo(2);
      assertThat(end.sum("spark_serving_response_bytes_total")).isGreaterThan(7);
    }
  }

  @Test
  void whatCameLateOrNotAtAllIsToldApart() throws Exception {
    DriverService local = open(Map.of("requestTimeout", "1ms"));
    ServerExchanges server = local.exchanges();
    try (RawHttp one = RawHttp.connect(port(local))) {
      assertThat(one.call(RawRequest.get("/told")).status()).isEqualTo(504);
    }
    Samples samples = scrape(local);
    assertThat(samples.sum("spark_serving_timed_out_total")).isEqualTo(1);
    assertThat(samples.sum("spark_serving_query_time_seconds_count")).isZero();
  }

  @Test
  void functionsAreToldApart() throws Exception {
    DriverService local = open(Map.of());
    assertThat(scrape(local).has("spark_serving_function_rows_total")).isFalse();
    Measurements measurements = Objects.requireNonNull(local.exchanges().measurements());
    FunctionMeasurements score = measurements.function("score");
    score.noteBatch(3, TimeUnit.MILLISECONDS.toNanos(2));
    score.noteBatch(64, TimeUnit.MILLISECONDS.toNanos(4));
    score.noteError("ValueError");
    score.noteError("timeout");
    score.noteError("timeout");
    score.noteWorkers(3, 1, 2);
    score.addWaiting(() -> 9);
    measurements.function("words").noteBatch(1, 1);

    Samples samples = scrape(local);
    String[] labels = {"service=\"told\"", "executor=\"driver\"", "function=\"score\""};
    Map<String, Double> expected =
        Map.ofEntries(
            Map.entry("batches_total", 2.0),
            Map.entry("rows_total", 67.0),
            Map.entry("batch_rows_count", 2.0),
            Map.entry("batch_rows_sum", 67.0),
            Map.entry("time_seconds_count", 2.0),
            Map.entry("time_seconds_sum", 0.006),
            Map.entry("waiting_rows", 9.0),
            Map.entry("worker_starts_total", 3.0),
            Map.entry("worker_deaths_total", 1.0),
            Map.entry("worker_timeouts_total", 2.0),
            Map.entry("errors_total", 3.0));
    expected.forEach(
        (name, value) ->
            assertThat(samples.sum("spark_serving_function_" + name, labels))
                .as(name)
                .isEqualTo(value));
    assertThat(samples.sum("spark_serving_function_errors_total", "kind=\"timeout\"")).isEqualTo(2);
    assertThat(samples.sum("spark_serving_function_batch_rows_bucket", "le=\"4.0\"")).isEqualTo(2);
    assertThat(samples.sum("spark_serving_function_rows_total")).isEqualTo(68);
  }

  @Test
  void aServiceThatIsNotMeasuredTellsNothing() throws Exception {
    DriverService local = open(Map.of("metrics", "false"));
    try (RawHttp http = RawHttp.connect(port(local))) {
      assertThat(http.call(RawRequest.get("/metrics")).status()).isEqualTo(404);
      http.send(RawRequest.get("/told"));
      await().until(() -> local.exchanges().queue().size() == 1);
      local.exchanges().queue().takeBatch(local.exchanges().leases().open(TASK), Integer.MAX_VALUE);
      local.exchanges().answer(1, REPLY);
      assertThat(http.read().status()).isEqualTo(201);
    }
  }

  @Test
  void theDriverTellsOfServicesWithServersElsewhere() {
    DriverCounters counters = new DriverCounters(() -> 3, () -> 5, () -> 7);
    counters.noteRestart();
    assertThat(MetricsPage.ofDriver(Map.of("far", counters)).lines())
        .contains(
            "spark_serving_servers{executor=\"driver\",service=\"far\"} 3.0",
            "spark_serving_gateway_retries_total{executor=\"driver\",service=\"far\"} 5.0",
            "spark_serving_replies_undelivered_total{executor=\"driver\",service=\"far\"} 7.0",
            "spark_serving_restarts_total{executor=\"driver\",service=\"far\"} 1.0");
  }
}
