package io.sparkserving.channel;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints by which tasks reach the services that this driver runs. A per-JVM singleton, empty
 * anywhere but on the driver: whoever opens a service adds it and removes it again.
 */
public final class RunningEndpoints {
  private record Running(
      Supplier<List<ServiceEndpoint>> servers, @Nullable ServiceEndpoint directory) {}

  private static final Map<String, Running> BY_SERVICE = new ConcurrentSkipListMap<>();

  private RunningEndpoints() {}

  /**
   * Makes a service known.
   *
   * @param name of the service
   * @param servers of the JVMs that hold its connections, at the time of asking
   * @param directory who knows those that come later; null if none will
   */
  public static void add(
      String name, Supplier<List<ServiceEndpoint>> servers, @Nullable ServiceEndpoint directory) {
    BY_SERVICE.put(name, new Running(servers, directory));
  }

  /** Forgets a service. */
  public static void remove(String name) {
    BY_SERVICE.remove(name);
  }

  /** Returns the endpoints of the servers of all services that run now. */
  public static List<ServiceEndpoint> all() {
    return byService().stream().flatMap(service -> service.servers().stream()).toList();
  }

  /** Returns how tasks reach all services that run now. */
  public static List<ServiceEndpoints> byService() {
    return BY_SERVICE.entrySet().stream()
        .map(
            entry ->
                new ServiceEndpoints(
                    entry.getKey(),
                    List.copyOf(entry.getValue().servers().get()),
                    entry.getValue().directory()))
        .toList();
  }
}
