package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What clients and probes meet when a service is about to stop. */
interface DrainContract extends ContractServices {

  @Test
  default void aServiceAboutToStopIsFirstNotReadyThenRefusesAndFinishesWhatItHolds()
      throws Exception {
    Gate gate = Gate.closed("draining");
    ServiceSpec spec =
        ServiceSpec.of("draining", gate::pipeline)
            .reading("drainDelay", "2s")
            .reading("drainTimeout", "30s");
    List<RawHttp> waiting = new ArrayList<>();
    try (LiveService service = serve(spec);
        gate;
        RawHttp probe = service.connect()) {
      waiting.add(service.connect().send(RawRequest.get(service.path() + Gate.HELD)));
      gate.awaitHeld();
      CompletableFuture<Void> drained = CompletableFuture.runAsync(service::drain);
      await()
          .pollInterval(Duration.ofMillis(10))
          .until(() -> probe.call(RawRequest.get("/readyz")).text().contains("about to stop"));
      assertThat(probe.call(RawRequest.get("/readyz")).status()).isEqualTo(503);

      assertThat(call(service, waiting)).as("before the delay is over").isEmpty();
      RawResponse refused =
          await().until(() -> call(service, waiting), Optional::isPresent).orElseThrow();

      Json.problem(refused, 503);
      assertThat(refused.header("Connection")).contains("close");
      assertThat(refused.header("Retry-After")).isPresent();
      assertThat(drained).isNotDone();
      gate.open();
      for (RawHttp each : waiting) {
        RawResponse last = each.read();
        assertThat(last.status()).isEqualTo(200);
        assertThat(last.header("Connection")).contains("close");
        assertThat(each.closedByServer()).isTrue();
      }
      drained.join();
      service.awaitNothingOpen();
    } finally {
      for (RawHttp each : waiting) {
        each.close();
      }
    }
  }

  /** A refusal; where there is none, the request may be waiting behind the one that is held. */
  private static Optional<RawResponse> call(LiveService service, List<RawHttp> waiting)
      throws IOException {
    RawHttp http = service.connect().readTimeout(Duration.ofMillis(100));
    http.send(RawRequest.get(service.path()));
    try {
      RawResponse response = http.read();
      http.close();
      return response.status() == 503 ? Optional.of(response) : Optional.empty();
    } catch (SocketTimeoutException e) {
      waiting.add(http.readTimeout(Duration.ofSeconds(30)));
      return Optional.empty();
    }
  }
}
