package io.sparkserving.channel;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * The endpoints by which tasks reach the services that this driver runs. A per-JVM singleton, empty
 * anywhere but on the driver: whoever opens a service adds it and removes it again.
 */
public final class RunningEndpoints {
  private static final Map<String, Supplier<List<ServiceEndpoint>>> BY_SERVICE =
      new ConcurrentSkipListMap<>();

  private RunningEndpoints() {}

  /**
   * Makes a service known.
   *
   * @param name of the service
   * @param endpoints of the JVMs that hold its connections, at the time of asking
   */
  public static void add(String name, Supplier<List<ServiceEndpoint>> endpoints) {
    BY_SERVICE.put(name, endpoints);
  }

  /** Forgets a service. */
  public static void remove(String name) {
    BY_SERVICE.remove(name);
  }

  /** Returns the endpoints of all services that run now. */
  public static List<ServiceEndpoint> all() {
    return BY_SERVICE.values().stream().flatMap(endpoints -> endpoints.get().stream()).toList();
  }
}
