package io.sparkserving.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ChannelRefusedException;
import io.sparkserving.channel.MachineAddress;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Messages;
import io.sparkserving.testing.SparkSessions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class CoordinatedServiceTest {

  @Test
  void onlyExecutorsThatSparkHasCanAnnounceServers() throws Exception {
    try (SparkSession spark = SparkSessions.start("local[1]")) {
      CoordinatedService service =
          CoordinatedService.open(
              ServiceConfiguration.parse(Map.of("port", "1", "path", "announced")),
              ServiceTimer.jvm(),
              InstantSource.system());
      try {
        assertThat(announce(service, "driver", MachineAddress.get()))
            .succeedsWithin(Duration.ofSeconds(30));
        assertThat(announce(service, "7", MachineAddress.get()))
            .failsWithin(Duration.ofSeconds(30))
            .withThrowableThat()
            .withRootCauseInstanceOf(ChannelRefusedException.class);
        assertThat(service.coordinator().servers().all())
            .extracting(Announcement::executorId)
            .containsExactly("driver");
      } finally {
        service.close();
      }
    }
  }

  private static CompletableFuture<byte[]> announce(
      CoordinatedService service, String executor, String host) {
    Announcement server =
        new Announcement("of-" + executor, executor, "", 8888, host, null, null, null);
    return ChannelClient.jvm()
        .send(service.spec().coordinator(), Messages.ANNOUNCE, server.toBytes());
  }
}
