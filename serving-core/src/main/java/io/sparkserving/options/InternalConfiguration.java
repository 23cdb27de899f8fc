package io.sparkserving.options;

import java.util.Map;

/**
 * How Spark's JVMs speak with each other about a service.
 *
 * @param tls whether they do so under TLS
 * @param ports where each JVM listens for the others
 */
public record InternalConfiguration(boolean tls, PortRange ports) {

  static InternalConfiguration parse(Map<String, String> options) {
    Boolean tls = TransportOptions.INTERNAL_TLS.read(options);
    return new InternalConfiguration(
        tls == null ? SparkEncryption.isOn() : tls,
        TransportOptions.INTERNAL_PORT.readOrDefault(options));
  }
}
