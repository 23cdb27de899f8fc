package io.sparkserving.server.steps;

import io.sparkserving.exchange.Measurements;
import io.sparkserving.server.connection.MeasuredAnswer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Leads each request to the service with its path, and leaves requests for other paths to the next
 * handler. Runs on the listener's threads, or one that has brought a reply, and never waits on
 * them.
 */
public final class ServiceHandler extends Handler.Abstract.NonBlocking {
  private final ServicePaths services;

  public ServiceHandler(ServicePaths services) {
    this.services = services;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    // The time that a request may wait is the service's to limit, not the connection's.
    request.addIdleTimeoutListener(timeout -> false);
    String path = request.getHttpURI().getCanonicalPath();
    ServiceRoute route = path == null ? null : services.find(path);
    if (route == null) {
      return false;
    }
    Measurements measurements = route.exchanges().measurements();
    return route
        .steps()
        .handle(
            request,
            response,
            measurements == null
                ? callback
                : new MeasuredAnswer(measurements, request, response, callback));
  }
}
