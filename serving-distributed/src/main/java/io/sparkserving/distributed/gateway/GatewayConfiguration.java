package io.sparkserving.distributed.gateway;

import io.sparkserving.options.ConnectionLimits;
import io.sparkserving.options.TlsConfiguration;
import io.sparkserving.server.limits.ClientMark;
import io.sparkserving.server.management.ManagementPaths;
import java.time.Duration;
import java.util.Optional;

/**
 * The address of a gateway, and what the gateway has to know of its service.
 *
 * @param service name of the service, for messages
 * @param host address to listen on
 * @param port port to listen on; 0 leaves the choice to the operating system
 * @param path the api, without leading slash; it and everything below it is passed on. Empty for a
 *     service at /, which gets all but the paths that tell of services
 * @param requestTimeout how long the servers take at most from the end of a request to its answer
 * @param maxBodySize bytes that the servers take in; longer bodies are not passed on
 * @param tls certificates for connections of clients; empty for plain text
 * @param limits of connections of clients
 * @param mark tells servers the addresses of clients; empty where they need not know
 */
public record GatewayConfiguration(
    String service,
    String host,
    int port,
    String path,
    Duration requestTimeout,
    long maxBodySize,
    Optional<TlsConfiguration> tls,
    ConnectionLimits limits,
    Optional<ClientMark> mark) {

  /** Whether a request for the canonical path is for the service. */
  boolean isOfService(String asked) {
    return path.isEmpty()
        ? asked.startsWith("/") && !ManagementPaths.contains(asked)
        : (asked + "/").startsWith("/" + path + "/");
  }
}
