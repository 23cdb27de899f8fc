package io.sparkserving.driver.cluster;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.cluster.KnownServers.Admission;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.OperationsConfiguration;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.DriverAnswer;
import io.sparkserving.server.worker.DriverAnswer.Standing;
import io.sparkserving.server.worker.Messages;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
public final class Coordinator implements ChannelPeer, AllServers.Undelivered {
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
   * @param secret by which servers speak to the coordinator
   * @param operations how servers are drained
   * @param onChange told of the servers that clients should call whenever one comes or goes
   * @param description makes the service's OpenAPI document
   * @param clock by which executors leave and are looked for again, and servers are silent
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
    this.allServers = new AllServers(servers, clock, this);
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
    Standing standing = Standing.KNOWN;
    switch (path) {
      case Messages.ANNOUNCE -> standing = add(Announcement.read(message));
      case Messages.WAITING -> standing = noteWaiting(Messages.readText(message));
      case Messages.ALIVE -> standing = servers.heard(Messages.readText(message));
      case Messages.READER -> noteReader(Messages.readNumbers(message));
      case Messages.DESCRIBE -> {
        return CompletableFuture.completedFuture(description.get());
      }
      default -> throw new IOException("Unsupported path " + path);
    }
    return CompletableFuture.completedFuture(new DriverAnswer(work.term(), standing).toBytes());
  }

  private Standing add(Announcement server) {
    Admission admission = servers.add(server);
    LOG.info(
        "Executor {} listens at {}:{}{}",
        server.executorId(),
        server.machineAddress(),
        server.port(),
        admission == Admission.GONE ? ", but Spark has given it up" : "");
    if (admission == Admission.LEAVES) {
      allServers.leave(server, refuseLeavingAfter());
    }
    return admission == Admission.GONE ? Standing.EXECUTOR_GONE : servers.heard(server.serverId());
  }

  private Standing noteWaiting(String serverId) {
    Standing standing = servers.heard(serverId);
    boolean urgent = work.noteWaiting(serverId);
    if (urgent) {
      allServers.hurry();
    }
    return standing;
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
  void executorCame(String executorId) {
    servers.executorCame(executorId);
    serverIsMissing();
  }

  private void serverIsMissing() {
    if (work.serverIsMissing()) {
      allServers.hurry();
    }
  }

  @Override
  public void closed(Announcement server) {
    if (servers.closed(server.serverId())) {
      work.serversLeft();
      LOG.warn(
          "The server of executor {} at {}:{} has closed; if the executor stays, it gets another",
          server.executorId(),
          server.machineAddress(),
          server.port());
      serverIsMissing();
    }
  }

  @Override
  public void unreachable(Announcement server) {
    servers.unreachable(server.serverId());
    work.serversLeft();
  }

  /**
   * Spark gives these executors no tasks for a while, as tasks have failed there: their servers are
   * to get no requests, and refuse them when they learn of it.
   */
  void excludedAre(Set<String> executorIds) {
    if (servers.excludedAre(executorIds)) {
      LOG.info("Executors that Spark excludes: {}", executorIds);
      work.serversLeft();
      serverIsMissing();
    }
  }

  /** Takes servers that are silent out of service, and asks them whether they are there. */
  void lookForSilentServers() {
    List<Announcement> doubted = servers.lookForSilent();
    work.serversLeft();
    doubted.forEach(server -> allServers.ask(server, work.term()));
  }

  /** Others wait for cores: tasks that could go on are to end. */
  void giveWay() {
    allServers.hurry();
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
