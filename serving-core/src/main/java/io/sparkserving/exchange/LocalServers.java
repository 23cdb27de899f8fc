package io.sparkserving.exchange;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The servers whose connections this JVM holds, by server id. A per-JVM singleton: whoever opens a
 * server adds it and removes it again.
 */
public final class LocalServers {
  private static final Map<String, ServerExchanges> BY_SERVER_ID = new ConcurrentHashMap<>();

  private LocalServers() {}

  /** Makes a server known. */
  public static void add(ServerExchanges server) {
    BY_SERVER_ID.put(server.serverId(), server);
  }

  /** Forgets a server. */
  public static void remove(ServerExchanges server) {
    BY_SERVER_ID.remove(server.serverId());
  }

  /** All servers of this JVM. */
  public static Collection<ServerExchanges> all() {
    return List.copyOf(BY_SERVER_ID.values());
  }

  /** A server of the same service as the one with an id, which may be in another JVM; or null. */
  public static @Nullable ServerExchanges findOfService(String serverId) {
    ServerExchanges same = find(serverId);
    if (same != null) {
      return same;
    }
    for (ServerExchanges server : BY_SERVER_ID.values()) {
      if (server.isOfServiceOf(serverId)) {
        return server;
      }
    }
    return null;
  }

  /** The server with an id; null if it is not in this JVM. */
  public static @Nullable ServerExchanges find(String serverId) {
    return BY_SERVER_ID.get(serverId);
  }
}
