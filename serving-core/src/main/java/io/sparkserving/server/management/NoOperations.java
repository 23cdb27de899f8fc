package io.sparkserving.server.management;

import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.server.connection.EarlyAnswer;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;

/** Servers of which an operator sees nothing but their health. */
final class NoOperations implements ServerOperations {

  @Override
  public List<Handler> managementHandlers(Supplier<List<ServerExchanges>> servers) {
    return List.of();
  }

  @Override
  public Request.Handler documentHandler(ServerExchanges server) {
    return (request, response, callback) -> {
      EarlyAnswer.send(request, response, callback, Problems.notDescribed());
      return true;
    };
  }

  @Override
  public Request.Handler docsHandler(
      ServerExchanges server, Request.Handler document, Request.Handler next) {
    return next;
  }

  @Override
  public void opened(ServerExchanges server) {}

  @Override
  public void closed(ServerExchanges server) {}
}
