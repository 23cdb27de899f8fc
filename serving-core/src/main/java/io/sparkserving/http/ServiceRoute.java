package io.sparkserving.http;

import io.sparkserving.exchange.Service;
import io.sparkserving.options.AccessConfiguration;
import io.sparkserving.options.AccessLog;
import io.sparkserving.options.MannersConfiguration;
import io.sparkserving.options.OperationsConfiguration;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

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
   * @param server whose requests they are
   * @throws IllegalArgumentException if what they name cannot be used
   */
  static ServiceRoute of(Service service, Server server) {
    Request.Handler steps = new AdmissionHandler(service);
    OperationsConfiguration operations = service.configuration().operations();
    if (!operations.methods().isEmpty()) {
      steps = new MethodsHandler(operations.methods(), steps);
    }
    Request.Handler document = new DescriptionHandler(service);
    Optional<AccessConfiguration> access = operations.access();
    if (access.isPresent()) {
      Tokens tokens = Tokens.of(access.get(), System::nanoTime);
      steps = new AccessHandler(tokens, service.configuration().path(), steps);
      document = new AccessHandler(tokens, service.configuration().path(), document);
    }
    if (operations.openapi()) {
      steps = new DocsHandler("/" + service.configuration().path(), document, steps);
    }
    MannersConfiguration manners = operations.manners();
    if (!manners.corsOrigins().isEmpty()) {
      steps = CrossOrigin.before(steps, operations, server);
    }
    if (manners.compression()) {
      steps = new CompressionHandler(steps);
    }
    if (operations.requestId()) {
      steps = new RequestIdHandler(steps);
    }
    if (manners.accessLog() != AccessLog.OFF) {
      steps = new AccessLogHandler(manners.accessLog(), steps);
    }
    return new ServiceRoute(service, steps);
  }
}
