package io.sparkserving.http;

import io.sparkserving.exchange.Service;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The services of one listener by path. A service gets its path and everything below it. */
final class ServicePaths {
  private final Map<String, Service> byPath = new ConcurrentHashMap<>();

  /** Adds a service; the one that holds its path already, if any, stays and is returned. */
  @Nullable Service putIfAbsent(Service service) {
    return byPath.putIfAbsent("/" + service.configuration().path(), service);
  }

  void remove(Service service) {
    byPath.remove("/" + service.configuration().path(), service);
  }

  /** Whether there is no other service. */
  boolean isOnly(Service service) {
    return byPath.values().stream().allMatch(other -> other == service);
  }

  /** The service with the longest path that {@code path} is or lies below. */
  @Nullable Service find(String path) {
    String candidate = path;
    while (!candidate.isEmpty()) {
      Service service = byPath.get(candidate);
      if (service != null) {
        return service;
      }
      candidate = candidate.substring(0, Math.max(candidate.lastIndexOf('/'), 0));
    }
    return null;
  }
}
