package io.sparkserving.server;

import org.jspecify.annotations.Nullable;

/**
 * Where one listening server of a service can be reached, as servers and driver know it.
 *
 * @param name the service
 * @param host the address it was asked to listen on
 * @param port the port it is bound to
 * @param path the api, without leading slash
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
  /** For a caller on the server's machine. */
  public String url() {
    return "%s://%s:%d/%s".formatted(scheme, host, port, path);
  }
}
