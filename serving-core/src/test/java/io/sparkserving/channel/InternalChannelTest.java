package io.sparkserving.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sparkserving.options.InternalConfiguration;
import io.sparkserving.options.PortRange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class InternalChannelTest {
  private static final String HOST = "127.0.0.1";

  @Test
  void theFirstPortOfTheRangeThatIsFreeIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      PortRange range = new PortRange(taken.getLocalPort(), taken.getLocalPort() + 100);

      int port = address(range);

      assertThat(port).isBetween(range.first() + 1, range.last());
      assertThat(address(range)).as("for the next service").isEqualTo(port);
    }
  }

  @Test
  void whereNoPortIsFreeTheRangeIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      PortRange range = new PortRange(taken.getLocalPort(), taken.getLocalPort());

      assertThatIllegalStateException()
          .isThrownBy(() -> address(range))
          .withMessageContaining(
              "Cannot start the internal channel on 127.0.0.1: none of the ports")
          .withMessageContaining("internal.port (" + range.first() + ")");

      taken.close();
      assertThat(address(range)).as("once it is free").isEqualTo(range.first());
    }
  }

  private static int address(PortRange ports) {
    return InternalChannel.address(HOST, HOST, new InternalConfiguration(false, ports)).port();
  }
}
