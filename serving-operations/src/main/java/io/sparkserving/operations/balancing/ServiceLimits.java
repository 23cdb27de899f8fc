package io.sparkserving.operations.balancing;

import io.sparkserving.options.ServiceConfiguration;
import java.time.Duration;

/**
 * The limits that a load balancer must leave to the service.
 *
 * @param requestTimeout after which the service itself answers 504
 * @param maxBodySize bytes, beyond which the service itself answers 413
 * @param idleTimeout after which a server closes a connection without requests
 */
public record ServiceLimits(Duration requestTimeout, long maxBodySize, Duration idleTimeout) {
  /** Returns the limits of a service. */
  public static ServiceLimits of(ServiceConfiguration configuration) {
    return new ServiceLimits(
        configuration.requestTimeout(),
        configuration.maxBodySize(),
        configuration.operations().transport().limits().idleTimeout());
  }
}
