package io.sparkserving.options;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Tells what a host to listen on stands for. */
public final class Hosts {
  private Hosts() {}

  /** Returns whether a host stands for all addresses of the machine. */
  public static boolean isAny(String host) {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("0:0:0:0:0:0:0:0");
  }

  /**
   * Returns whether a host can be reached from its own machine alone. A name that this machine does
   * not know may be an executor's, and counts as reachable. May look up the name.
   */
  public static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
