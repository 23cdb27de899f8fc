package io.sparkserving.server;

import org.jspecify.annotations.Nullable;

/**
 * Where one listening server of a service can be reached, as servers and driver know it.
 *
 * @param name name of the service
 * @param host the address that the server was asked to listen on
 * @param port the port that is bound
 * @param path path of the service, without leading slash
 * @param machineAddress name or address of the machine inside the cluster
 * @param forwardedAddress {@code host:port} on a gateway that forwards here, or null
 * @param scheme {@code http} or {@code https}
 */
public record ServerInfo(
    String name,
    String host,
    int port,
    String path,
    String machineAddress,
    @Nullable String forwardedAddress,
    String scheme) {
  /** The URL of the service for a caller on the server's machine. */
  public String url() {
    return "%s://%s:%d/%s".formatted(scheme, host, port, path);
  }
}
