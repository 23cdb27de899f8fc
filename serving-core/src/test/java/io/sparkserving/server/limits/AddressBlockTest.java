package io.sparkserving.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AddressBlockTest {

  private static String block(String address) throws UnknownHostException {
    return AddressBlock.of(new InetSocketAddress(InetAddress.getByName(address), 4321));
  }

  @Test
  void anAddressOfIpv4StandsForItself() throws UnknownHostException {
    assertThat(block("192.0.2.1")).isEqualTo("192.0.2.1").isNotEqualTo(block("192.0.2.2"));
    assertThat(block("::ffff:192.0.2.1")).isEqualTo("192.0.2.1");
  }

  @Test
  void addressesOfIpv6AreOneUpTo64Bits() throws UnknownHostException {
    assertThat(block("2001:db8:1:2::1")).isEqualTo(block("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    assertThat(block("2001:db8:1:2::1")).isNotEqualTo(block("2001:db8:1:3::1"));
    assertThat(block("2001:db8:1:2::1")).doesNotContain(" ");
  }

  @Test
  void anAddressThatNobodyKnowsIsOneOfItsOwn() {
    assertThat(AddressBlock.of(InetSocketAddress.createUnresolved("somewhere", 1)))
        .isEqualTo("unknown");
  }
}
