package io.sparkserving.driver.cluster;

import io.sparkserving.exchange.HealthSource;
import io.sparkserving.exchange.Intake;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.options.ServiceConfiguration;

/**
 * How the servers of a service are, as far as the driver knows: the service is ready if a query
 * takes its requests and a server is heard. All threads may call all methods; none waits.
 */
final class ServersHealth implements HealthSource {
  private final ServiceConfiguration configuration;
  private final Intake intake = new Intake();
  private volatile boolean isAnyListening;

  ServersHealth(ServiceConfiguration configuration) {
    this.configuration = configuration;
  }

  /** The query that requests are for, if there is one. */
  Intake intake() {
    return intake;
  }

  /** Notes how many servers clients should call from now on. */
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
