package io.sparkserving.options;

import java.util.Map;
import java.util.Optional;

/**
 * The protocols of a service's port, which are the same for all services that share the port.
 *
 * @param tls the TLS of the port; empty for plain text
 * @param http2 whether HTTP/2 is spoken besides HTTP/1.1
 * @param limits of the port's connections
 */
public record TransportConfiguration(
    Optional<TlsConfiguration> tls, boolean http2, ConnectionLimits limits) {
  /** HTTP/1.1 in plain text. */
  public static final TransportConfiguration PLAIN =
      new TransportConfiguration(Optional.empty(), false, ConnectionLimits.DEFAULT);

  /** Parses reader options. */
  static TransportConfiguration parse(Map<String, String> options) {
    Optional<TlsConfiguration> tls = TlsConfiguration.parse(options);
    Boolean http2 = TransportOptions.HTTP2.read(options);
    return new TransportConfiguration(
        tls, http2 == null ? tls.isPresent() : http2, ConnectionLimits.parse(options));
  }

  /** The scheme of the port's URLs, {@code http} or {@code https}. */
  public String scheme() {
    return tls.isPresent() ? "https" : "http";
  }
}
