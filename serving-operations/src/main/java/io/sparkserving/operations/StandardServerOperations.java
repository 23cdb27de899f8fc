package io.sparkserving.operations;

import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.operations.directory.StatusHandler;
import io.sparkserving.operations.metrics.MetricsHandler;
import io.sparkserving.operations.metrics.SparkMetrics;
import io.sparkserving.operations.openapi.DescriptionHandler;
import io.sparkserving.operations.openapi.DocsHandler;
import io.sparkserving.server.management.ServerOperations;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;

/** Shows the servers of a JVM to an operator. Each call goes to the package that it is about. */
public final class StandardServerOperations implements ServerOperations {

  @Override
  public List<Handler> managementHandlers(Supplier<List<ServerExchanges>> servers) {
    return List.of(new MetricsHandler(servers), StatusHandler.at(servers));
  }

  @Override
  public Request.Handler documentHandler(ServerExchanges server) {
    return new DescriptionHandler(server);
  }

  @Override
  public Request.Handler docsHandler(
      ServerExchanges server, Request.Handler document, Request.Handler next) {
    String path = server.configuration().path();
    return new DocsHandler(path.isEmpty() ? "" : "/" + path, document, next);
  }

  @Override
  public void opened(ServerExchanges server) {
    SparkMetrics.add(server);
  }

  @Override
  public void closed(ServerExchanges server) {
    SparkMetrics.remove(server);
  }
}
