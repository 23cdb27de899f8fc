package io.sparkserving.coordination;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Secret;
import io.sparkserving.routing.ChannelClient;
import io.sparkserving.routing.ChannelPeer;
import io.sparkserving.service.Consumer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows, on the driver, the servers of one service and at which of them requests wait. Messages
 * come in on the internal channel's threads; the query's thread waits here for work.
 */
public final class Coordinator implements ChannelPeer {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
  private static final long STOP_SECONDS = 5;
  private static final long ASK_SECONDS = 5;
  private static final long LOOK_AGAIN_SECONDS = 5;

  /** Who wants to know of the servers. */
  @FunctionalInterface
  interface ServersListener {
    void serversAre(List<Announcement> servers);
  }

  private final Secret secret;
  private final ServersListener onChange;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Map<String, Announcement> servers = new TreeMap<>();

  @GuardedBy("lock")
  private final Set<String> waiting = new TreeSet<>();

  @GuardedBy("lock")
  private final Map<Long, Consumer> consumers = new HashMap<>();

  @GuardedBy("lock")
  private long term;

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
  Coordinator(Secret secret, ServersListener onChange) {
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
      case Messages.READER -> noteReader(Messages.readNumbers(message));
      default -> throw new IOException("Unsupported path " + path);
    }
    return CompletableFuture.completedFuture(Messages.numbers(term()));
  }

  private void add(Announcement server) {
    lock.lock();
    try {
      servers.values().removeIf(server::replaces);
      servers.put(server.serverId(), server);
      onChange.serversAre(List.copyOf(servers.values()));
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
    tellAll(Messages.BEGIN, Messages.numbers(begun));
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
      onChange.serversAre(List.copyOf(servers.values()));
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
      lookAgainNanos = OptionalLong.empty();
      return executors;
    } finally {
      lock.unlock();
    }
  }

  /** The servers, in the order of their ids. */
  public List<Announcement> servers() {
    lock.lock();
    try {
      return List.copyOf(servers.values());
    } finally {
      lock.unlock();
    }
  }

  /** Tells all servers that a query has finished its batches up to this one. */
  void settle(long inTerm, long lastBatch) {
    // A server that does not hear of it hears of a later batch.
    tellAll(Messages.SETTLE, Messages.numbers(inTerm, lastBatch));
  }

  /** Tells all servers how many of the requests that each partition delivered are finished. */
  public void settleDelivered(long inTerm, long batch, List<Long> delivered) {
    long[] numbers = new long[delivered.size() + 2];
    numbers[0] = inTerm;
    numbers[1] = batch;
    for (int i = 0; i < delivered.size(); i++) {
      numbers[i + 2] = delivered.get(i);
    }
    tellAll(Messages.SETTLE_DELIVERED, Messages.numbers(numbers));
  }

  /** Tells all servers that the query of a term has ended. */
  void release(long inTerm) {
    lock.lock();
    try {
      consumers.remove(inTerm);
      waiting.addAll(servers.keySet());
      executorsChanged = true;
    } finally {
      lock.unlock();
    }
    tellAll(Messages.RELEASE, Messages.numbers(inTerm));
  }

  /** How many requests tasks of earlier terms hold, as far as servers answer in time. */
  int held(long beforeTerm) {
    return (int) sum(tellAll(Messages.HELD, Messages.numbers(beforeTerm)));
  }

  /** How many replies queries have given, as far as servers answer in time. */
  long replies() {
    return sum(tellAll(Messages.COUNT, new byte[0]));
  }

  private static long sum(List<CompletableFuture<byte[]>> answers) {
    long sum = 0;
    for (CompletableFuture<byte[]> answer : answers) {
      try {
        sum += Messages.readNumbers(answer.get(ASK_SECONDS, TimeUnit.SECONDS))[0];
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("A server does not answer the driver", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return sum;
      }
    }
    return sum;
  }

  /** Tells all servers that nobody will take their requests any more. */
  void halt() {
    tellAll(Messages.HALT, new byte[0]);
  }

  private List<CompletableFuture<byte[]>> tellAll(String path, byte[] message) {
    return servers().stream().map(server -> tell(server, path, message)).toList();
  }

  /** Stops all servers, and waits for a bounded time until their ports are free. */
  void stopServers() {
    List<CompletableFuture<byte[]>> answers = tellAll(Messages.STOP, new byte[0]);
    CompletableFuture<Void> all =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
    // A query is stopped by interrupting its thread, which is the one that waits here.
    boolean interrupted = Thread.interrupted();
    boolean waiting = true;
    while (waiting) {
      try {
        all.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        waiting = false;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException e) {
        LOG.warn(
            "Not every server said that it has stopped; it will, as its messages are refused", e);
        waiting = false;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<byte[]> tell(Announcement server, String path, byte[] message) {
    return ChannelClient.jvm().send(server.endpoint(secret), path, message);
  }
}
