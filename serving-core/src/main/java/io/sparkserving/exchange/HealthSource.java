package io.sparkserving.exchange;

import io.sparkserving.options.ServiceConfiguration;

/** What can be asked how it is: a server of a service, or all of them together. */
public interface HealthSource {
  /** What the service was asked to be. */
  ServiceConfiguration configuration();

  /** Whether a query takes the requests. Must not wait. */
  Readiness readiness();
}
