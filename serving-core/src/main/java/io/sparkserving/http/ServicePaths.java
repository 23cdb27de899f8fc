package io.sparkserving.http;

import io.sparkserving.exchange.Service;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

/** The services of one listener by path. A service gets its path and everything below it. */
final class ServicePaths {
  private final Map<String, ServiceRoute> byPath = new ConcurrentHashMap<>();
  private final Server server;

  /**
   * @param server of the listener
   */
  ServicePaths(Server server) {
    this.server = server;
  }

  /**
   * Adds a service; the one that holds its path already, if any, stays and is returned. What
   * describes a service gives way to another one with that very path.
   */
  @Nullable Service putIfAbsent(Service service) {
    List<ServiceRoute> routes = ServiceRoute.of(service, server);
    ServiceRoute own = routes.get(0);
    ServiceRoute there =
        byPath.merge(own.path(), own, (old, added) -> old.isOwnPath() ? old : added);
    if (there != null && there != own) {
      return there.service();
    }
    routes.forEach(route -> byPath.putIfAbsent(route.path(), route));
    return null;
  }

  void remove(Service service) {
    byPath.values().removeIf(route -> route.service() == service);
  }

  /** Whether there is no other service. */
  boolean isOnly(Service service) {
    return byPath.values().stream().allMatch(route -> route.service() == service);
  }

  /** Those whose health is told on their own port, by name. */
  List<Service> withoutManagementPort() {
    return byPath.values().stream()
        .filter(ServiceRoute::isOwnPath)
        .map(ServiceRoute::service)
        .filter(service -> service.configuration().operations().managementPort().isEmpty())
        .sorted(Comparator.comparing(service -> service.configuration().name()))
        .toList();
  }

  /** The service with the longest path that {@code path} is or lies below. */
  @Nullable ServiceRoute find(String path) {
    String candidate = path;
    while (!candidate.isEmpty()) {
      ServiceRoute route = byPath.get(candidate);
      if (route != null) {
        return route;
      }
      candidate = candidate.substring(0, Math.max(candidate.lastIndexOf('/'), 0));
    }
    return null;
  }
}
