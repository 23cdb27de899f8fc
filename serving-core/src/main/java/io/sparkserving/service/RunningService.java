package io.sparkserving.service;

import io.sparkserving.ServiceInfo;
import io.sparkserving.exchange.LocalServices;
import io.sparkserving.exchange.Service;
import io.sparkserving.http.BoundService;
import io.sparkserving.http.HttpListeners;
import io.sparkserving.options.ServiceConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A service that listens. It is made when a query is about to start, and waits a while for that
 * query to attach. {@link ServiceRegistry} guards its state.
 */
public final class RunningService {
  private final BoundService bound;
  private @Nullable String queryId;

  private RunningService(BoundService bound) {
    this.bound = bound;
  }

  static RunningService open(Service service) {
    BoundService bound = HttpListeners.bind(service);
    LocalServices.add(service);
    return new RunningService(bound);
  }

  /** Requests and replies. */
  public Service service() {
    return bound.service();
  }

  /** The query that consumes the requests, or null while none does. */
  @Nullable String queryId() {
    return queryId;
  }

  void attach(String query) {
    queryId = query;
  }

  ServiceInfo info(String machineAddress) {
    ServiceConfiguration configuration = service().configuration();
    return new ServiceInfo(
        configuration.name(),
        configuration.host(),
        bound.port(),
        configuration.path(),
        machineAddress,
        null);
  }

  int port() {
    return bound.port();
  }

  void close() {
    bound.close();
    LocalServices.remove(service());
  }
}
