package io.sparkserving.http;

import io.sparkserving.exchange.Service;
import io.sparkserving.options.AccessConfiguration;
import io.sparkserving.options.OperationsConfiguration;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/**
 * A service at its path.
 *
 * @param service whose path it is
 * @param steps what a request goes through
 */
record ServiceRoute(Service service, Request.Handler steps) {

  /**
   * The steps that the service's options ask for, the last one first.
   *
   * @throws IllegalArgumentException if what they name cannot be used
   */
  static ServiceRoute of(Service service) {
    Request.Handler steps = new AdmissionHandler(service);
    OperationsConfiguration operations = service.configuration().operations();
    if (!operations.methods().isEmpty()) {
      steps = new MethodsHandler(operations.methods(), steps);
    }
    Optional<AccessConfiguration> access = operations.access();
    if (access.isPresent()) {
      Tokens tokens = Tokens.of(access.get(), System::nanoTime);
      steps = new AccessHandler(tokens, service.configuration().path(), steps);
    }
    if (operations.requestId()) {
      steps = new RequestIdHandler(steps);
    }
    return new ServiceRoute(service, steps);
  }
}
