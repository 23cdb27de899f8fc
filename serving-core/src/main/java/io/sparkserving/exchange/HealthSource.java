package io.sparkserving.exchange;

import io.sparkserving.options.ServiceConfiguration;

/** A server of a service, or all its servers together, when asked whether it is ready. */
public interface HealthSource {
  /** The options of the service, as parsed. */
  ServiceConfiguration configuration();

  /** Whether a query takes the requests. An implementation must not wait. */
  Readiness readiness();
}
