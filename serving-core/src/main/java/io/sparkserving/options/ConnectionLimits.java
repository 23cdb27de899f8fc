package io.sparkserving.options;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How many connections of clients a port takes, and how long they may do nothing or next to it.
 *
 * @param maxConnections connections of all clients of the JVM together; empty for what its
 *     descriptors allow
 * @param idleTimeout how long a connection may wait for its next request
 * @param receiveTimeout how long headers, or a TLS handshake, may take; a body may take longer if
 *     its bytes keep coming
 */
public record ConnectionLimits(
    OptionalInt maxConnections, Duration idleTimeout, Duration receiveTimeout) {
  /** Those of a service that sets none. */
  public static final ConnectionLimits DEFAULT = parse(Map.of());

  /** Parses reader options. */
  static ConnectionLimits parse(Map<String, String> options) {
    Integer most = TransportOptions.MAX_CONNECTIONS.read(options);
    return new ConnectionLimits(
        most == null ? OptionalInt.empty() : OptionalInt.of(most),
        TransportOptions.IDLE_TIMEOUT.readOrDefault(options),
        TransportOptions.RECEIVE_TIMEOUT.readOrDefault(options));
  }
}
