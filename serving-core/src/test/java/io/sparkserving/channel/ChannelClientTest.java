package io.sparkserving.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Secret;
import io.sparkserving.options.InternalConfiguration;
import io.sparkserving.options.PortRange;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ChannelClientTest {
  private static final InternalConfiguration ANYWHERE =
      new InternalConfiguration(false, PortRange.ANY);

  @Test
  void theClientStartsThoughTheThreadThatNeedsItFirstIsInterrupted() throws Exception {
    Thread.currentThread().interrupt();

    ChannelClient client = ChannelClient.jvm();

    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    CompletableFuture<byte[]> answer =
        client.send(
            new ServiceEndpoint(
                "somebody",
                Secret.random(),
                InternalChannel.address("127.0.0.1", "127.0.0.1", ANYWHERE)),
            "/somewhere",
            new byte[0]);
    assertThat(answer)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(ChannelRefusedException.class);
  }
}
