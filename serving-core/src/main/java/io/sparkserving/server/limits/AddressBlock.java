package io.sparkserving.server.limits;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;

/** What counts as one address of a client. */
public final class AddressBlock {
  private static final int IPV6_BYTES = 16;

  /** A subscriber has at least so much of an IPv6 address to choose from. */
  private static final int IPV6_PREFIX_BYTES = 8;

  private AddressBlock() {}

  /** The address of IPv4, or the first 64 bits of that of IPv6, as a text without spaces. */
  public static String of(SocketAddress address) {
    if (!(address instanceof InetSocketAddress socket) || socket.isUnresolved()) {
      return "unknown";
    }
    byte[] bytes = socket.getAddress().getAddress();
    return bytes.length == IPV6_BYTES
        ? HexFormat.of().formatHex(bytes, 0, IPV6_PREFIX_BYTES) + "/64"
        : socket.getAddress().getHostAddress();
  }
}
