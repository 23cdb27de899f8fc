package io.sparkserving.driver.cluster;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.LostReplies;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.Secret;
import io.sparkserving.server.worker.Announcement;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hears, on the driver, of replies that tasks could not deliver to servers on other executors, and
 * tells those servers: the driver may reach a server that executors do not. All threads may call
 * all methods; none waits.
 */
final class LostReplyListener implements ChannelPeer {
  private static final LimitedLog LOST = LimitedLog.of(LostReplyListener.class);

  private final KnownServers servers;
  private final ServiceEndpoint endpoint;
  private final LongAdder lost = new LongAdder();

  private LostReplyListener(KnownServers servers, ServiceEndpoint endpoint) {
    this.servers = servers;
    this.endpoint = endpoint;
  }

  /** Begins to listen where the coordinator does, with a secret that every task may know. */
  static LostReplyListener open(KnownServers servers, ServiceEndpoint coordinator) {
    ServiceEndpoint endpoint =
        new ServiceEndpoint(
            coordinator.serverId() + "-lost", Secret.random(), coordinator.channel());
    LostReplyListener listener = new LostReplyListener(servers, endpoint);
    ChannelPeers.add(endpoint.serverId(), listener);
    return listener;
  }

  void close() {
    ChannelPeers.remove(endpoint.serverId());
  }

  /** By which tasks reach this listener. */
  ServiceEndpoint endpoint() {
    return endpoint;
  }

  /** How many replies tasks could not deliver so far. */
  long lost() {
    return lost.sum();
  }

  @Override
  public Secret secret() {
    return endpoint.secret();
  }

  @Override
  public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
    if (!path.equals(LostReplies.PATH)) {
      throw new IOException("Unsupported path " + path);
    }
    LostReplies replies = LostReplies.read(message);
    lost.add(replies.requestIds().size());
    Optional<Announcement> server =
        servers.all().stream()
            .filter(known -> known.serverId().equals(replies.serverId()))
            .findFirst();
    LOST.warn(
        replies.serverId(),
        "A task could not deliver {} replies to {}, {}: {}",
        replies.requestIds().size(),
        replies.serverId(),
        server.isPresent() ? "whose clients are answered 502" : "which has gone",
        replies.reason());
    if (server.isEmpty()) {
      return CompletableFuture.completedFuture(new byte[0]);
    }
    return ChannelClient.jvm().send(server.get().commands(), path, message);
  }
}
