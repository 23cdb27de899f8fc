package io.sparkserving.distributed;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.Secret;
import io.sparkserving.routing.ChannelClient;
import io.sparkserving.routing.ChannelPeer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
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
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows, on the driver, the servers of one service and at which of them requests wait. Messages
 * come in on the internal channel's threads; the query's thread waits here for work.
 */
final class Coordinator implements ChannelPeer {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
  private static final long STOP_SECONDS = 5;
  private static final long LOOK_AGAIN_SECONDS = 5;

  private final Secret secret;
  private final Consumer<List<Announcement>> onChange;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Map<String, Announcement> servers = new TreeMap<>();

  @GuardedBy("lock")
  private final Set<String> waiting = new TreeSet<>();

  @GuardedBy("lock")
  private boolean executorsChanged = true;

  /** When to look for executors without a server, though nothing has changed. */
  @GuardedBy("lock")
  private OptionalLong lookAgainNanos = OptionalLong.empty();

  /**
   * @param secret of the service
   * @param onChange told of the servers whenever one comes or goes; under this object's lock, so it
   *     must not wait
   */
  Coordinator(Secret secret, Consumer<List<Announcement>> onChange) {
    this.secret = secret;
    this.onChange = onChange;
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
      default -> throw new IOException("Unsupported path " + path);
    }
    return CompletableFuture.completedFuture(new byte[0]);
  }

  private void add(Announcement server) {
    lock.lock();
    try {
      // An executor has one server; a second one means that the first has gone.
      servers.values().removeIf(other -> other.executorId().equals(server.executorId()));
      servers.put(server.serverId(), server);
      onChange.accept(List.copyOf(servers.values()));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    LOG.info(
        "Executor {} listens at {}:{}",
        server.executorId(),
        server.machineAddress(),
        server.port());
  }

  private void noteWaiting(String serverId) {
    lock.lock();
    try {
      if (servers.containsKey(serverId)) {
        waiting.add(serverId);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
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
      servers.values().removeIf(server -> server.executorId().equals(executorId));
      waiting.retainAll(servers.keySet());
      onChange.accept(List.copyOf(servers.values()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something to do: requests wait somewhere, or an executor may lack a
   * server.
   *
   * @return false if there was nothing in time
   */
  boolean awaitWork(long timeoutMillis) throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !executorsChanged && !isTimeToLook()) {
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
  private boolean isTimeToLook() {
    return lookAgainNanos.isPresent() && System.nanoTime() - lookAgainNanos.getAsLong() > 0;
  }

  /** Some executor may still lack a server when the batch is over. */
  void lookAgainLater() {
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
  Set<String> takeWaitingExecutors() {
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
      lookAgainNanos = OptionalLong.empty();
      return executors;
    } finally {
      lock.unlock();
    }
  }

  /** The servers, in the order of their ids. */
  List<Announcement> servers() {
    lock.lock();
    try {
      return List.copyOf(servers.values());
    } finally {
      lock.unlock();
    }
  }

  /** Tells all servers that the query has finished its batches up to this one. */
  void settle(long lastBatch) {
    for (Announcement server : servers()) {
      // A server that does not hear of it hears of a later batch.
      tell(server, Messages.SETTLE, Messages.number(lastBatch));
    }
  }

  /** Stops all servers, and waits for a bounded time until their ports are free. */
  void stopServers() {
    Collection<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (Announcement server : servers()) {
      answers.add(tell(server, Messages.STOP, new byte[0]));
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    boolean interrupted = Thread.interrupted();
    try {
      all.get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (Exception e) {
      LOG.warn(
          "Not every server said that it has stopped; it will, as its messages are refused", e);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<byte[]> tell(Announcement server, String path, byte[] message) {
    return ChannelClient.jvm().send(server.endpoint(secret), path, message);
  }
}
