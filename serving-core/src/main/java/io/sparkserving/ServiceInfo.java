package io.sparkserving;

import io.sparkserving.server.ServerInfo;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where one listening server of a service can be reached, as of when it was asked for. {@link
 * Serving#serviceInfo} gives one for each server.
 *
 * @param name name of the service, which is its path unless option {@code name} is set
 * @param host the address that the server was asked to listen on, option {@code host}
 * @param port the port that the server is bound to, never 0
 * @param path path of the service, the api, without leading slash; empty for a service at /
 * @param machineAddress name or address of the server's machine inside the cluster
 * @param forwardedAddress {@code host:port} on an SSH gateway that forwards to the server, or null
 *     without forwarding
 * @param scheme {@code http}, or {@code https} where the service has TLS
 */
public record ServiceInfo(
    String name,
    String host,
    int port,
    String path,
    String machineAddress,
    @Nullable String forwardedAddress,
    String scheme)
    implements Serializable {
  static ServiceInfo of(ServerInfo server) {
    return new ServiceInfo(
        server.name(),
        server.host(),
        server.port(),
        server.path(),
        server.machineAddress(),
        server.forwardedAddress(),
        server.scheme());
  }

  /**
   * Returns the URL of the service for a caller on the server's machine: scheme, {@link #host},
   * port and path. Callers elsewhere need {@link #machineAddress} or {@link #forwardedAddress}
   * instead of the host.
   */
  public String url() {
    return "%s://%s:%d/%s".formatted(scheme, host, port, path);
  }
}
