package io.sparkserving.driver.cluster;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.driver.Consumer;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.OperationsConfiguration;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Messages;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears, on the driver, what the servers of one service and Spark say, and passes it on: {@link
 * KnownServers} knows who is there, and {@link PendingWork} what there is to do. Messages of
 * servers come in on the internal channel's threads. All threads may call all methods; none waits.
 */
public final class Coordinator implements ChannelPeer {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

  private final Secret secret;
  private final Duration drainDelay;
  private final KnownServers servers;
  private final AllServers allServers;
  private final PendingWork work;
  private final Supplier<byte[]> description;

  /** The queries that expect readers which go on until they have nothing to do, by term. */
  private final Map<Long, Consumer> expecting = new ConcurrentHashMap<>();

  /**
   * @param secret of the service
   * @param operations how servers are drained
   * @param onChange told of the servers that clients should call whenever one comes or goes
   * @param description makes the service's OpenAPI document
   * @param clock by which executors leave, and are looked for again
   */
  Coordinator(
      Secret secret,
      OperationsConfiguration operations,
      KnownServers.Listener onChange,
      Supplier<byte[]> description,
      NanoClock clock) {
    this.secret = secret;
    this.drainDelay = operations.drainDelay();
    this.description = description;
    this.servers = new KnownServers(drainDelay.plus(operations.drainTimeout()), onChange, clock);
    this.allServers = new AllServers(servers, secret, clock);
    this.work = new PendingWork(servers, clock);
  }

  /** The servers that have announced themselves. */
  public KnownServers servers() {
    return servers;
  }

  /** What the next batch has to do. */
  public PendingWork work() {
    return work;
  }

  /** Speaks to all servers at once. */
  AllServers allServers() {
    return allServers;
  }

  @Override
  public Secret secret() {
    return secret;
  }

  @Override
  public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
    switch (path) {
      case Messages.ANNOUNCE -> add(Announcement.read(message));
      case Messages.WAITING -> noteWaiting(Messages.readText(message));
      case Messages.ALIVE -> {}
      case Messages.READER -> noteReader(Messages.readNumbers(message));
      case Messages.DESCRIBE -> {
        return CompletableFuture.completedFuture(description.get());
      }
      default -> throw new IOException("Unsupported path " + path);
    }
    return CompletableFuture.completedFuture(Messages.numbers(work.term()));
  }

  private void add(Announcement server) {
    boolean leaves = servers.add(server);
    LOG.info(
        "Executor {} listens at {}:{}",
        server.executorId(),
        server.machineAddress(),
        server.port());
    if (leaves) {
      allServers.leave(server, refuseLeavingAfter());
    }
  }

  private void noteWaiting(String serverId) {
    boolean urgent = work.noteWaiting(serverId);
    if (urgent) {
      allServers.hurry();
    }
  }

  private void noteReader(long[] numbers) {
    LeaseKey key = new LeaseKey(numbers[0], numbers[1], (int) numbers[2]);
    Consumer consumer = expecting.get(key.term());
    if (consumer != null) {
      consumer.noteReader(key);
    }
  }

  /**
   * Notes that the readers of a batch are about to be made. The consumer is ready when all of them
   * have been heard of, until its term is released.
   */
  public void expectReaders(Consumer consumer, long batch, int count) {
    expecting.put(consumer.term(), consumer);
    consumer.expectReaders(batch, count);
  }

  /** The query of a term has ended; requests that its tasks held wait again. */
  void release(long inTerm) {
    expecting.remove(inTerm);
    work.release();
  }

  /** An executor has come. */
  void executorCame() {
    work.executorCame();
  }

  /** An executor has gone, and its server with it. */
  void executorWent(String executorId) {
    servers.executorWent(executorId);
    work.serversLeft();
  }

  /** Spark decommissions an executor: its servers are to get no new requests. */
  void executorLeaves(String executorId) {
    servers
        .executorLeaves(executorId)
        .ifPresent(
            left -> {
              work.serversLeft();
              LOG.info("Spark decommissions executor {}: its servers are drained", executorId);
              left.forEach(server -> allServers.leave(server, refuseLeavingAfter()));
            });
  }

  /**
   * Where readers stay until they have nothing to do, as in the continuous modes, a server takes
   * what comes for {@code drainDelay} yet; elsewhere no task would.
   */
  private Duration refuseLeavingAfter() {
    return expecting.isEmpty() ? Duration.ZERO : drainDelay;
  }
}
