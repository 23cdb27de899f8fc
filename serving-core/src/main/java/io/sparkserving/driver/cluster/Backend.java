package io.sparkserving.driver.cluster;

import io.sparkserving.options.Hosts;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.worker.Announcement;
import org.jspecify.annotations.Nullable;

/**
 * One server behind a gateway.
 *
 * @param id what tells the server from one that had its address before
 * @param host name or address, as the gateway's machine reaches it
 * @param port where the server takes the requests of clients
 * @param certificate SHA-256 fingerprint of the certificate that the server shows to gateways, in
 *     hexadecimal digits; null for plain text
 */
public record Backend(String id, String host, int port, @Nullable String certificate) {

  /**
   * A server as it announced itself; a server that listens at every address of its machine is
   * reached at the machine's own.
   */
  static Backend of(Announcement server, ServiceConfiguration configuration) {
    String host = configuration.host();
    return new Backend(
        server.serverId(),
        Hosts.isAny(host) ? server.machineAddress() : host,
        server.port(),
        server.certificate());
  }

  /** A server that speaks plain text. */
  public Backend(String id, String host, int port) {
    this(id, host, port, null);
  }
}
