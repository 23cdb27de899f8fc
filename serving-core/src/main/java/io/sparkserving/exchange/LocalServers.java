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
public final class LocalServers {
  private static final Map<String, ServerExchanges> BY_SERVER_ID = new ConcurrentHashMap<>();

  private LocalServers() {}

  /** Makes a service known. */
  public static void add(ServerExchanges service) {
    BY_SERVER_ID.put(service.serverId(), service);
  }

  /** Forgets a service. */
  public static void remove(ServerExchanges service) {
    BY_SERVER_ID.remove(service.serverId());
  }

  /** All of them. */
  public static Collection<ServerExchanges> all() {
    return List.copyOf(BY_SERVER_ID.values());
  }

  /** The service with that id, if its connections are in this JVM. */
  public static @Nullable ServerExchanges find(String serverId) {
    return BY_SERVER_ID.get(serverId);
  }
}
