package io.sparkserving.operations.balancing;

import io.netty.util.NetUtil;
import io.sparkserving.options.Hosts;
import io.sparkserving.server.ServerInfo;
import java.util.Comparator;

/**
 * Where a load balancer finds a server.
 *
 * @param host a name, or an address without brackets
 */
record ServerAddress(String host, int port) {
  static final Comparator<ServerAddress> ORDER =
      Comparator.comparing(ServerAddress::host).thenComparingInt(ServerAddress::port);

  /** Returns the address for a load balancer anywhere: at the SSH gateway, if there is one. */
  static ServerAddress of(ServerInfo server) {
    String forwarded = server.forwardedAddress();
    if (forwarded == null) {
      return inCluster(server);
    }
    int colon = forwarded.lastIndexOf(':');
    return new ServerAddress(
        bare(forwarded.substring(0, colon)), Integer.parseInt(forwarded.substring(colon + 1)));
  }

  /** Returns the address for a load balancer inside the cluster. */
  static ServerAddress inCluster(ServerInfo server) {
    String host = bare(server.host());
    if (Hosts.isAny(host)) {
      return new ServerAddress(bare(server.machineAddress()), server.port());
    }
    // The name also stands for ::1, where nothing listens.
    return new ServerAddress(host.equals("localhost") ? "127.0.0.1" : host, server.port());
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  boolean isIpv4() {
    return NetUtil.isValidIpV4Address(host);
  }

  boolean isIpv6() {
    return NetUtil.isValidIpV6Address(host);
  }

  boolean isName() {
    return !isIpv4() && !isIpv6();
  }

  boolean isLoopback() {
    return host.startsWith("127.") || host.equals("::1");
  }

  /** {@code host:port}. */
  @Override
  public String toString() {
    return (isIpv6() ? "[" + host + "]" : host) + ":" + port;
  }
}
