package io.sparkserving.driver.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.driver.Consumer;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.OperationsConfiguration;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Messages;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows, on the driver, the servers of one service and at which of them requests wait. Messages
 * come in on the internal channel's threads; the query's thread waits here for work.
 */
public final class Coordinator implements ChannelPeer {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
  private static final long LOOK_AGAIN_SECONDS = 5;

  /** Who wants to know of the servers. */
  @FunctionalInterface
  interface ServersListener {
    void serversAre(List<Announcement> servers);
  }

  private final Secret secret;
  private final Duration drainDelay;
  private final Duration drainTimeout;
  private final ServersListener onChange;
  private final AllServers broadcast;
  private final Supplier<byte[]> description;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Map<String, Announcement> servers = new TreeMap<>();

  @GuardedBy("lock")
  private final Set<String> waiting = new TreeSet<>();

  @GuardedBy("lock")
  private final LeavingExecutors leaving = new LeavingExecutors();

  @GuardedBy("lock")
  private final Map<Long, Consumer> consumers = new HashMap<>();

  @GuardedBy("lock")
  private long term;

  @GuardedBy("lock")
  private boolean executorsChanged = true;

  /** Whether a batch goes on that was planned before anything that is heard of now. */
  @GuardedBy("lock")
  private boolean batchGoesOn;

  /** When to look for executors without a server, though nothing has changed. */
  @GuardedBy("lock")
  private OptionalLong lookAgainNanos = OptionalLong.empty();

  /**
   * @param secret of the service
   * @param operations how servers are drained
   * @param onChange told of the servers that clients should call whenever one comes or goes; under
   *     this object's lock, so it must not wait
   * @param description makes the service's OpenAPI document
   */
  Coordinator(
      Secret secret,
      OperationsConfiguration operations,
      ServersListener onChange,
      Supplier<byte[]> description) {
    this.secret = secret;
    this.drainDelay = operations.drainDelay();
    this.drainTimeout = operations.drainTimeout();
    this.description = description;
    this.onChange = onChange;
    this.broadcast = new AllServers(this, secret);
  }

  /** How to speak to all servers. */
  AllServers broadcast() {
    return broadcast;
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
    return CompletableFuture.completedFuture(Messages.numbers(term()));
  }

  /** One whose executor is leaving already, as its task began before, is drained at once. */
  private void add(Announcement server) {
    boolean leaves;
    Duration refuseAfter;
    lock.lock();
    try {
      servers.values().removeIf(server::replaces);
      servers.put(server.serverId(), server);
      leaves = leaving.have(server);
      refuseAfter = refuseLeavingAfter();
      onChange.serversAre(inService());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    LOG.info(
        "Executor {} listens at {}:{}",
        server.executorId(),
        server.machineAddress(),
        server.port());
    if (leaves) {
      broadcast.leave(server, refuseAfter);
    }
  }

  private long term() {
    lock.lock();
    try {
      return term;
    } finally {
      lock.unlock();
    }
  }

  private void noteReader(long[] numbers) {
    LeaseKey key = new LeaseKey(numbers[0], numbers[1], (int) numbers[2]);
    Consumer consumer;
    lock.lock();
    try {
      consumer = consumers.get(key.term());
    } finally {
      lock.unlock();
    }
    if (consumer != null) {
      consumer.noteReader(key);
    }
  }

  /**
   * The readers of a batch are about to be made; the consumer is ready when all are there. Until
   * its term is released.
   */
  public void expectReaders(Consumer consumer, long batch, int count) {
    lock.lock();
    try {
      consumers.put(consumer.term(), consumer);
    } finally {
      lock.unlock();
    }
    consumer.expectReaders(batch, count);
  }

  /** From now on requests are for the tasks of this term. */
  void beginTerm(long begun) {
    lock.lock();
    try {
      term = Math.max(term, begun);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Requests wait at a server where no task is to take them. */
  private void noteWaiting(String serverId) {
    boolean urgent;
    lock.lock();
    try {
      Announcement server = servers.get(serverId);
      if (server == null || leaving.have(server)) {
        return;
      }
      waiting.add(serverId);
      changed.signalAll();
      urgent = batchGoesOn;
    } finally {
      lock.unlock();
    }
    if (urgent) {
      broadcast.hurry();
    }
  }

  /** An executor has come; the next batch starts a server there. */
  void executorCame() {
    lock.lock();
    try {
      executorsChanged = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** An executor has gone, and its server with it. */
  void executorWent(String executorId) {
    lock.lock();
    try {
      servers.values().removeIf(server -> server.isOf(executorId));
      waiting.retainAll(servers.keySet());
      leaving.remove(executorId);
      onChange.serversAre(inService());
    } finally {
      lock.unlock();
    }
  }

  /** Spark decommissions an executor: its servers are to get no new requests. */
  void executorLeaves(String executorId) {
    List<Announcement> left;
    Duration refuseAfter;
    lock.lock();
    try {
      if (!leaving.add(executorId)) {
        return;
      }
      left = servers.values().stream().filter(each -> each.isOf(executorId)).toList();
      left.forEach(server -> waiting.remove(server.serverId()));
      refuseAfter = refuseLeavingAfter();
      onChange.serversAre(inService());
    } finally {
      lock.unlock();
    }
    LOG.info("Spark decommissions executor {}: its servers are drained", executorId);
    left.forEach(server -> broadcast.leave(server, refuseAfter));
  }

  /**
   * Where readers stay until they have nothing to do, as in the continuous modes, a server takes
   * what comes for {@code drainDelay} yet; elsewhere no task would.
   */
  @GuardedBy("lock")
  private Duration refuseLeavingAfter() {
    return consumers.isEmpty() ? Duration.ZERO : drainDelay;
  }

  /** The executors that are decommissioned, but whose readers may still have requests to answer. */
  public Set<String> drainingExecutors() {
    long nanos = drainDelay.plus(drainTimeout).toNanos();
    lock.lock();
    try {
      return leaving.forLessThan(nanos);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something to do in a term: requests wait somewhere, or an executor may
   * lack a server.
   *
   * @return false if there was nothing in time
   */
  public boolean awaitWork(long inTerm, long timeoutMillis) throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    lock.lockInterruptibly();
    try {
      batchGoesOn = false;
      while (inTerm != term || !isWork()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean isWork() {
    return !waiting.isEmpty() || executorsChanged || isTimeToLook();
  }

  @GuardedBy("lock")
  private boolean isTimeToLook() {
    return lookAgainNanos.isPresent() && System.nanoTime() - lookAgainNanos.getAsLong() > 0;
  }

  /** Some executor may still lack a server when the batch is over. */
  public void lookAgainLater() {
    lock.lock();
    try {
      lookAgainNanos =
          OptionalLong.of(System.nanoTime() + TimeUnit.SECONDS.toNanos(LOOK_AGAIN_SECONDS));
    } finally {
      lock.unlock();
    }
  }

  /**
   * The executors at whose servers requests wait; those that come later count for the next batch.
   */
  public Set<String> takeWaitingExecutors() {
    lock.lock();
    try {
      Set<String> executors = new TreeSet<>();
      waiting.forEach(
          serverId -> {
            Announcement server = servers.get(serverId);
            if (server != null) {
              executors.add(server.executorId());
            }
          });
      waiting.clear();
      executorsChanged = false;
      batchGoesOn = true;
      lookAgainNanos = OptionalLong.empty();
      return executors;
    } finally {
      lock.unlock();
    }
  }

  /** The servers that clients should call, in the order of their ids. */
  List<Announcement> inService() {
    lock.lock();
    try {
      return leaving.without(servers.values());
    } finally {
      lock.unlock();
    }
  }

  /** All servers, in the order of their ids. */
  public List<Announcement> servers() {
    lock.lock();
    try {
      return List.copyOf(servers.values());
    } finally {
      lock.unlock();
    }
  }

  /** The query of a term has ended; what its tasks held waits again, somewhere. */
  void release(long inTerm) {
    lock.lock();
    try {
      consumers.remove(inTerm);
      waiting.addAll(servers.keySet());
      executorsChanged = true;
    } finally {
      lock.unlock();
    }
  }
}
