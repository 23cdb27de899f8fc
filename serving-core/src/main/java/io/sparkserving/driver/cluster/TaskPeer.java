package io.sparkserving.driver.cluster;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.EndpointQuestion;
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
 * Speaks, on the driver, with the tasks that have replies for a service's servers: tells them how
 * to reach a server that has come since they began, and hears of replies that they could not
 * deliver. The servers learn of these, as the driver may reach one that executors do not. All
 * threads may call all methods; none waits.
 */
final class TaskPeer implements ChannelPeer {
  private static final LimitedLog LOST = LimitedLog.of(TaskPeer.class);

  private final KnownServers servers;
  private final ServiceEndpoint endpoint;
  private final LongAdder lost = new LongAdder();

  private TaskPeer(KnownServers servers, ServiceEndpoint endpoint) {
    this.servers = servers;
    this.endpoint = endpoint;
  }

  /** Begins to listen where the coordinator does, with a secret that every task may know. */
  static TaskPeer open(KnownServers servers, ServiceEndpoint coordinator) {
    ServiceEndpoint endpoint =
        new ServiceEndpoint(
            coordinator.serverId() + "-tasks", Secret.random(), coordinator.channel());
    TaskPeer peer = new TaskPeer(servers, endpoint);
    ChannelPeers.add(endpoint.serverId(), peer);
    return peer;
  }

  void close() {
    ChannelPeers.remove(endpoint.serverId());
  }

  /** By which tasks reach this peer. */
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
    return switch (path) {
      case EndpointQuestion.PATH -> {
        Optional<Announcement> server = server(EndpointQuestion.read(message));
        yield CompletableFuture.completedFuture(
            EndpointQuestion.answer(server.map(Announcement::endpoint)));
      }
      case LostReplies.PATH -> noteLost(message);
      default -> throw new IOException("Unsupported path " + path);
    };
  }

  private Optional<Announcement> server(String serverId) {
    return servers.all().stream().filter(known -> known.serverId().equals(serverId)).findFirst();
  }

  private CompletableFuture<byte[]> noteLost(byte[] message) throws IOException {
    LostReplies replies = LostReplies.read(message);
    lost.add(replies.requestIds().size());
    Optional<Announcement> server = server(replies.serverId());
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
    return ChannelClient.jvm().send(server.get().commands(), LostReplies.PATH, message);
  }
}
