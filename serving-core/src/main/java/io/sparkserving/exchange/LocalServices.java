package io.sparkserving.exchange;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The services whose connections this JVM holds, by server id. A per-JVM singleton: whoever opens a
 * service adds it and removes it again.
 */
public final class LocalServices {
  private static final Map<String, Service> BY_SERVER_ID = new ConcurrentHashMap<>();

  private LocalServices() {}

  /** Makes a service known. */
  public static void add(Service service) {
    BY_SERVER_ID.put(service.serverId(), service);
  }

  /** Forgets a service. */
  public static void remove(Service service) {
    BY_SERVER_ID.remove(service.serverId());
  }

  /** All of them. */
  public static Collection<Service> all() {
    return List.copyOf(BY_SERVER_ID.values());
  }

  /** The service with that id, if its connections are in this JVM. */
  public static @Nullable Service find(String serverId) {
    return BY_SERVER_ID.get(serverId);
  }
}
