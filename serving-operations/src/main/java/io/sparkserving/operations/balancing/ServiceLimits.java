package io.sparkserving.operations.balancing;

import io.sparkserving.options.ServiceConfiguration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits that a load balancer must leave to the service.
 *
 * @param requestTimeout after which the service itself answers 504
 * @param maxBodySize bytes, beyond which the service itself answers 413
 */
public record ServiceLimits(Duration requestTimeout, long maxBodySize) {
  /** The limits of a service that sets neither option. */
  static final ServiceLimits DEFAULT = new ServiceLimits(Duration.ofSeconds(60), 32L << 20);

  /** Returns the service's own limits, or the defaults where its configuration is not known. */
  public static ServiceLimits of(@Nullable ServiceConfiguration configuration) {
    return configuration == null
        ? DEFAULT
        : new ServiceLimits(configuration.requestTimeout(), configuration.maxBodySize());
  }
}
