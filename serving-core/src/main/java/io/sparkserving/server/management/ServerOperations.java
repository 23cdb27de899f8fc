package io.sparkserving.server.management;

import io.sparkserving.exchange.ServerExchanges;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;

/**
 * What an operator sees of the servers of a JVM: handlers for their ports, a page to try a service,
 * and metrics. Found as a Java service; servers without one answer requests all the same.
 */
public interface ServerOperations {
  /**
   * Handlers for a port where servers listen, such as those of {@code /metrics} and the page.
   *
   * @param servers the servers whose management paths are on that port
   */
  List<Handler> managementHandlers(Supplier<List<ServerExchanges>> servers);

  /** The handler that answers with the OpenAPI document of a server's service. */
  Request.Handler documentHandler(ServerExchanges server);

  /**
   * The step that answers with what describes a service, where a client gets exactly that.
   *
   * @param document answers with the OpenAPI document
   * @param next gets all other requests
   */
  Request.Handler docsHandler(
      ServerExchanges server, Request.Handler document, Request.Handler next);

  /** Hears of a server that has begun to listen. */
  void opened(ServerExchanges server);

  /** Hears of a server that listens no more. */
  void closed(ServerExchanges server);

  /** Finds the operations on the class path; without any, those returned show nothing. */
  static ServerOperations find() {
    return ServiceLoader.load(ServerOperations.class, ServerOperations.class.getClassLoader())
        .findFirst()
        .orElseGet(NoOperations::new);
  }
}
