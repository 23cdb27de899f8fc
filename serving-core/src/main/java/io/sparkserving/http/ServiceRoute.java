package io.sparkserving.http;

import io.sparkserving.exchange.Service;
import io.sparkserving.options.AccessConfiguration;
import io.sparkserving.options.AccessLog;
import io.sparkserving.options.MannersConfiguration;
import io.sparkserving.options.OperationsConfiguration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

/**
 * A path of a service: its own one, or one below it that its query does not get.
 *
 * @param service whose path it is
 * @param path with a slash at its start, and none at its end
 * @param steps what a request goes through
 */
record ServiceRoute(Service service, String path, Request.Handler steps) {

  /**
   * The service's own path first, with the steps that the service's options ask for.
   *
   * @param server whose requests they are
   * @throws IllegalArgumentException if what they name cannot be used
   */
  static List<ServiceRoute> of(Service service, Server server) {
    OperationsConfiguration operations = service.configuration().operations();
    UnaryOperator<Request.Handler> guard = guard(service);
    Request.Handler query = new AdmissionHandler(service);
    if (!operations.methods().isEmpty()) {
      query = new MethodsHandler(operations.methods(), query);
    }
    String path = ownPath(service);
    ServiceRoute own =
        new ServiceRoute(service, path, mannerly(guard.apply(query), operations, server));
    if (!operations.openapi()) {
      return List.of(own);
    }
    // Routes of their own, so that a request to the query has no step more for them.
    Request.Handler description = guard.apply(new DescriptionHandler(service));
    String docs = path + "/docs";
    return List.of(
        own,
        new ServiceRoute(
            service, path + "/openapi.json", mannerly(description, operations, server)),
        new ServiceRoute(service, docs, mannerly(new DocsHandler(docs), operations, server)));
  }

  /** Asks for a token where the service does. */
  private static UnaryOperator<Request.Handler> guard(Service service) {
    Optional<AccessConfiguration> access = service.configuration().operations().access();
    if (access.isEmpty()) {
      return UnaryOperator.identity();
    }
    Tokens tokens = Tokens.of(access.get(), System::nanoTime);
    return next -> new AccessHandler(tokens, service.configuration().path(), next);
  }

  /** Before these steps, what the service does for callers on all its paths. */
  private static Request.Handler mannerly(
      Request.Handler next, OperationsConfiguration operations, Server server) {
    Request.Handler steps = next;
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
    return steps;
  }

  private static String ownPath(Service service) {
    return "/" + service.configuration().path();
  }

  /** Whether requests here are for the query. */
  boolean isOwnPath() {
    return path.equals(ownPath(service));
  }
}
