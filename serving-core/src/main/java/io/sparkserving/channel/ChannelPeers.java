package io.sparkserving.channel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The peers that take messages in this JVM, by id. A per-JVM singleton: whoever adds a peer removes
 * it again.
 */
public final class ChannelPeers {
  private static final Map<String, ChannelPeer> BY_ID = new ConcurrentHashMap<>();

  private ChannelPeers() {}

  /** Makes a peer known. */
  public static void add(String id, ChannelPeer peer) {
    BY_ID.put(id, peer);
  }

  /** Forgets a peer. */
  public static void remove(String id) {
    BY_ID.remove(id);
  }

  static @Nullable ChannelPeer find(String id) {
    return BY_ID.get(id);
  }
}
