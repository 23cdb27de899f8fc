package io.sparkserving.driver.cluster;

import io.sparkserving.exchange.HealthSource;
import io.sparkserving.exchange.Intake;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.options.ServiceConfiguration;

/**
 * How the servers of a service are, as far as the driver knows: it is ready if one of them is. All
 * threads may call all methods.
 */
final class ServersHealth implements HealthSource {
  private final ServiceConfiguration configuration;
  private final Intake intake = new Intake();
  private volatile boolean isAnyListening;

  ServersHealth(ServiceConfiguration configuration) {
    this.configuration = configuration;
  }

  /** Who is told that requests are for another query, or for none. */
  Intake intake() {
    return intake;
  }

  /** From now on there are so many servers. */
  void setServers(int count) {
    isAnyListening = count > 0;
  }

  @Override
  public ServiceConfiguration configuration() {
    return configuration;
  }

  @Override
  public Readiness readiness() {
    Readiness readiness = intake.readiness();
    return readiness == Readiness.READY && !isAnyListening ? Readiness.NO_SERVER : readiness;
  }
}
