package io.sparkserving.server.steps;

import io.sparkserving.options.MannersConfiguration;
import io.sparkserving.options.OperationsConfiguration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.util.Callback;

/** Jetty's handler of cross-origin requests (CORS), as one of a service's steps. */
final class CrossOrigin {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  /** What a page may read of an answer's headers, where the answer has them. */
  private static final Set<String> EXPOSED =
      Set.of("X-Request-Id", "Retry-After", RateLimitHandler.LIMIT, RateLimitHandler.POLICY);

  private CrossOrigin() {}

  /** Answers browsers that ask whether they may call; tells them of other answers that they may. */
  static Request.Handler before(
      Request.Handler next, OperationsConfiguration operations, Server server) {
    MannersConfiguration manners = operations.manners();
    CrossOriginHandler handler = new CrossOriginHandler();
    handler.setServer(server);
    handler.setAllowedOriginPatterns(
        manners.corsOrigins().stream()
            .map(origin -> origin.equals("*") ? origin : Pattern.quote(origin))
            .collect(Collectors.toSet()));
    handler.setAllowedHeaders(manners.corsHeaders());
    handler.setAllowedMethods(operations.methods().isEmpty() ? METHODS : operations.methods());
    handler.setExposedHeaders(EXPOSED);
    handler.setHandler(
        new Handler.Abstract.NonBlocking() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            return next.handle(request, response, callback);
          }
        });
    try {
      handler.start();
    } catch (Exception e) {
      throw new IllegalStateException("Cannot handle cross-origin requests", e);
    }
    return handler;
  }
}
