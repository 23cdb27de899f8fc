package io.sparkserving.operations.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.driver.RecordingService;
import io.sparkserving.driver.ServerStatus;
import io.sparkserving.driver.ServiceStanding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StatusReportTest {

  /** The page reckons rates from the times of two reports. */
  @Test
  void aReportIsOfTheTimeAtWhichItsServersHaveAnswered() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    CompletableFuture<List<ServerStatus>> servers = new CompletableFuture<>();
    RecordingService service =
        new RecordingService(RecordingService.configuration("timed", Map.of())) {
          @Override
          public CompletableFuture<List<ServerStatus>> serverStatus() {
            return servers;
          }
        };
    ServiceStanding standing =
        new ServiceStanding(service, ServiceStanding.State.STARTING, "Nobody came yet.", null);

    CompletableFuture<byte[]> report = StatusReport.of(List.of(standing), false, now::get);
    now.set(Instant.parse("2026-01-01T00:00:01.250Z"));
    servers.complete(List.of());

    JsonNode told = new ObjectMapper().readTree(report.join());
    assertThat(told.path("time").asText()).isEqualTo("2026-01-01T00:00:01.250Z");
    assertThat(told.at("/services/0/name").asText()).isEqualTo("timed");
  }
}
