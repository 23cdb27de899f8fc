package io.sparkserving.server.connection;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second address of {@code localhost}, {@code ::1}. Java binds the first alone, and some
 * clients, such as those of Node.js, try no other than the second.
 */
final class OtherLoopback {
  private static final Logger LOG = LoggerFactory.getLogger(OtherLoopback.class);
  private static final String ADDRESS = "::1";

  private OtherLoopback() {}

  /** Whether a host to listen on has this address too. */
  static boolean isOf(@Nullable String host) {
    return "localhost".equals(host);
  }

  /** Listens there; null where that cannot be done, as on a machine without IPv6. */
  static @Nullable ServerSocketChannel open(int port, int backlog) {
    ServerSocketChannel channel = null;
    try {
      channel = ServerSocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(ADDRESS, port), backlog);
      return channel;
    } catch (IOException | RuntimeException e) {
      LOG.debug("Nothing listens on [{}]:{}", ADDRESS, port, e);
      IO.close(channel);
      return null;
    }
  }
}
