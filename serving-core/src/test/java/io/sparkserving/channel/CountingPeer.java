package io.sparkserving.channel;

import io.sparkserving.exchange.Secret;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the messages to a peer of this JVM, in front of which it stands until it is closed. */
public final class CountingPeer implements ChannelPeer, AutoCloseable {
  private final String id;
  private final ChannelPeer counted;
  private final Map<String, Count> received = new ConcurrentHashMap<>();

  /**
   * Messages of one path.
   *
   * @param messages how many
   * @param bytes in their bodies
   */
  public record Count(long messages, long bytes) {
    private Count plus(Count other) {
      return new Count(messages + other.messages, bytes + other.bytes);
    }
  }

  private CountingPeer(String id, ChannelPeer counted) {
    this.id = id;
    this.counted = counted;
  }

  /** Counts from now on what comes to the peer of that id. */
  public static CountingPeer before(String id) {
    CountingPeer counting = new CountingPeer(id, Objects.requireNonNull(ChannelPeers.find(id)));
    ChannelPeers.add(id, counting);
    return counting;
  }

  /** What has come, by path. */
  public Map<String, Count> received() {
    return new TreeMap<>(received);
  }

  @Override
  public Secret secret() {
    return counted.secret();
  }

  @Override
  public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
    received.merge(path, new Count(1, message.length), Count::plus);
    return counted.receive(path, message);
  }

  @Override
  public void close() {
    ChannelPeers.add(id, counted);
  }
}
