package io.sparkserving.service;

import io.sparkserving.ServiceInfo;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.routing.ServiceEndpoint;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A service as the driver sees it, wherever its servers are. It is made when a query is about to
 * start, and waits a while for that query to attach. {@link ServiceRegistry} changes its state,
 * under its lock.
 */
public abstract class RunningService {
  private final ServiceConfiguration configuration;
  private volatile @Nullable String queryId;

  protected RunningService(ServiceConfiguration configuration) {
    this.configuration = configuration;
  }

  /** What the service was asked to be. */
  public final ServiceConfiguration configuration() {
    return configuration;
  }

  /** The query that consumes the requests, or null while none does. */
  final @Nullable String queryId() {
    return queryId;
  }

  final void attach(String query) {
    queryId = query;
  }

  /** Every server that listens now. */
  public abstract List<ServiceInfo> servers();

  /** Whether clients may come. */
  public boolean isReady() {
    return !servers().isEmpty();
  }

  /** How tasks reach the JVMs that hold the connections. */
  public abstract List<ServiceEndpoint> endpoints();

  /** The query has finished a batch: whatever has no reply by now will get none. */
  public abstract void settle();

  /** Answers what is open and frees the ports, within a bounded time. */
  protected abstract void close();

  /** Name and addresses. */
  @Override
  public final String toString() {
    return "service '%s' at %s"
        .formatted(
            configuration.name(),
            servers().stream()
                .map(
                    server ->
                        "http://%s:%d/%s".formatted(server.host(), server.port(), server.path()))
                .collect(Collectors.joining(", ", "[", "]")));
  }
}
