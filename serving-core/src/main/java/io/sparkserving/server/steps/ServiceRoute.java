package io.sparkserving.server.steps;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.AccessLog;
import io.sparkserving.options.MannersConfiguration;
import io.sparkserving.options.OperationsConfiguration;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.access.Tokens;
import io.sparkserving.server.management.ServerOperations;
import io.sparkserving.server.management.ServingProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

/**
 * A service at its path.
 *
 * @param exchanges those of the server whose path it is
 * @param callers who may call it, where nothing but its address keeps others away
 * @param steps what a request goes through
 */
record ServiceRoute(
    ServerExchanges exchanges, Optional<LocalCallers> callers, Request.Handler steps) {

  /** A step before others. */
  private interface Step {
    Request.Handler before(Request.Handler next);
  }

  /**
   * The steps that the service's options ask for, in the order in which a request meets them.
   *
   * @param server whose requests they are
   * @throws IllegalArgumentException if what they name cannot be used
   */
  static ServiceRoute of(ServerExchanges exchanges, Server server) {
    OperationsConfiguration operations = exchanges.configuration().operations();
    MannersConfiguration manners = operations.manners();
    Optional<Step> access = access(exchanges);
    List<Step> steps = new ArrayList<>();
    if (manners.accessLog() != AccessLog.OFF) {
      steps.add(next -> new AccessLogHandler(manners.accessLog(), next));
    }
    if (operations.requestId()) {
      steps.add(RequestIdHandler::new);
    }
    if (manners.compression()) {
      steps.add(CompressionHandler::new);
    }
    String protocol = exchanges.configuration().protocol();
    boolean isPlain = protocol.equals(ServiceConfiguration.PLAIN);
    if (!isPlain) {
      steps.add(next -> ServingProtocol.of(protocol).step(exchanges, next));
    }
    if (!manners.corsOrigins().isEmpty()) {
      steps.add(next -> CrossOrigin.before(next, operations, server));
    }
    Optional<LocalCallers> callers = LocalCallers.of(exchanges.configuration());
    callers.ifPresent(local -> steps.add(next -> new LocalCallersHandler(local, next)));
    if (operations.openapi() && isPlain) {
      steps.add(next -> docs(exchanges, access, next));
    }
    access.ifPresent(steps::add);
    operations
        .rateLimit()
        .ifPresent(limit -> steps.add(next -> new RateLimitHandler(limit, exchanges, next)));
    if (!operations.methods().isEmpty()) {
      steps.add(next -> new MethodsHandler(operations.methods(), next));
    }
    return new ServiceRoute(exchanges, callers, chain(steps, new AdmissionHandler(exchanges)));
  }

  /** The document asks for a token where the service does; the page that shows it does not. */
  private static Request.Handler docs(
      ServerExchanges exchanges, Optional<Step> access, Request.Handler next) {
    ServerOperations operations = ServerOperations.find();
    Request.Handler document = operations.documentHandler(exchanges);
    return operations.docsHandler(
        exchanges, access.map(step -> step.before(document)).orElse(document), next);
  }

  private static Optional<Step> access(ServerExchanges exchanges) {
    return exchanges
        .configuration()
        .operations()
        .access()
        .map(asked -> Tokens.of(asked, NanoClock.SYSTEM))
        .map(tokens -> next -> new AccessHandler(tokens, realm(exchanges), next));
  }

  private static String realm(ServerExchanges exchanges) {
    String path = exchanges.configuration().path();
    return path.isEmpty() ? "/" : path;
  }

  private static Request.Handler chain(List<Step> steps, Request.Handler last) {
    Request.Handler first = last;
    for (int i = steps.size() - 1; i >= 0; i--) {
      first = steps.get(i).before(first);
    }
    return first;
  }
}
