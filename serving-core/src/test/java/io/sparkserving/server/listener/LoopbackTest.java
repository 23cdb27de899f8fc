package io.sparkserving.server.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a host to listen on stands for. */
class LoopbackTest {
  private static boolean hasIpv6() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void localhostIsReachedByBothItsAddressesUntilItStops() throws Exception {
    assumeTrue(hasIpv6(), "a machine with IPv6");
    int port;
    try (ListenerFixture fixture = ListenerFixture.start(Map.of())) {
      port = fixture.port();
      for (String address : new String[] {"127.0.0.1", "::1", "127.0.0.1"}) {
        try (RawHttp http = RawHttp.connect(address, port)) {
          assertThat(http.call(RawRequest.get("/livez")).status()).isEqualTo(200);
        }
      }
    }
    assertThatThrownBy(() -> RawHttp.connect("::1", port)).isInstanceOf(IOException.class);
  }

  @Test
  void anAddressIsThatAddressAlone() throws Exception {
    try (ListenerFixture fixture = ListenerFixture.start(Map.of("host", "127.0.0.1"))) {
      assertThatThrownBy(() -> RawHttp.connect("::1", fixture.port()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aHostThatHasNoAddressIsNamed() {
    assertThatThrownBy(() -> ListenerFixture.start(Map.of("host", "nowhere.invalid")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContainingAll("Cannot listen on nowhere.invalid", "no address is known");
  }
}
