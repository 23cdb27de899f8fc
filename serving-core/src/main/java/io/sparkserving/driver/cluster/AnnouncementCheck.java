package io.sparkserving.driver.cluster;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelRefusedException;
import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.Secret;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Messages;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Stands before a coordinator, which gets only announcements of servers that are where Spark has an
 * executor: clients and replies would be sent to any other place that somebody names. All threads
 * may call; none waits.
 */
final class AnnouncementCheck implements ChannelPeer {
  private static final LimitedLog REFUSED = LimitedLog.of(AnnouncementCheck.class);

  /** Knows the executors that Spark has. */
  @FunctionalInterface
  interface Executors {
    /** The host of an executor as its block manager has it; empty if Spark does not know it. */
    CompletableFuture<Optional<String>> hostOf(String executorId);
  }

  private final ChannelPeer coordinator;
  private final Executors executors;

  AnnouncementCheck(ChannelPeer coordinator, Executors executors) {
    this.coordinator = coordinator;
    this.executors = executors;
  }

  @Override
  public Secret secret() {
    return coordinator.secret();
  }

  @Override
  public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
    if (!path.equals(Messages.ANNOUNCE)) {
      return coordinator.receive(path, message);
    }
    Announcement server = Announcement.read(message);
    return executors
        .hostOf(server.executorId())
        .thenCompose(
            host -> {
              try {
                refuseUnlessAt(host, server);
                return coordinator.receive(path, message);
              } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  /** Servers name their host as their block manager does, so that the texts are the same. */
  private static void refuseUnlessAt(Optional<String> host, Announcement server)
      throws ChannelRefusedException {
    String met = server.machineAddress();
    if (host.isPresent() && host.get().equals(met) && server.channel() != null) {
      met = server.channel().host();
    }
    if (host.isEmpty() || !host.get().equals(met)) {
      String reason =
          "Spark has no executor %s at %s%s"
              .formatted(
                  server.executorId(), met, host.map(known -> ", but at " + known).orElse(""));
      REFUSED.warn("", "Refused the announcement of server {}: {}", server.serverId(), reason);
      throw new ChannelRefusedException(reason);
    }
  }
}
