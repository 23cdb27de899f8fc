package io.sparkserving.options;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What a host to listen on stands for. */
public final class Hosts {
  private Hosts() {}

  /** Whether it stands for all addresses of the machine. */
  public static boolean isAny(String host) {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("0:0:0:0:0:0:0:0");
  }

  /**
   * Whether it can be reached from its own machine alone. False too for a name that this machine
   * does not know, which may be an executor's. May look up the name.
   */
  public static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
