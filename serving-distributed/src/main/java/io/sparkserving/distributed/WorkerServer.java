package io.sparkserving.distributed;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.LocalServices;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.Service;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.http.BoundService;
import io.sparkserving.http.HttpListeners;
import io.sparkserving.routing.ChannelAddress;
import io.sparkserving.routing.ChannelClient;
import io.sparkserving.routing.ChannelPeer;
import io.sparkserving.routing.ChannelPeers;
import io.sparkserving.routing.ChannelRefusedException;
import io.sparkserving.routing.InternalChannel;
import io.sparkserving.routing.ServicePeer;
import io.sparkserving.service.MachineAddress;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One executor's server of a service. Started by the first task that comes to the JVM; stopped by
 * the coordinator, or by itself when the coordinator does not know it any more or cannot be reached
 * for {@value #LOST_SECONDS} seconds. All threads may call all methods.
 */
final class WorkerServer implements ChannelPeer {
  static final long LOST_SECONDS = 30;

  /** An idle executor should hardly be seen to work. */
  private static final long QUIET_SECONDS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(WorkerServer.class);
  private static final String DRIVER = "driver";

  private final ServerSpec spec;
  private final long firstBatch;
  private final Service service;
  private final BoundService bound;
  private final ServicePeer replies;
  private final CompletableFuture<byte[]> announced = new CompletableFuture<>();
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile long lastHeard = System.nanoTime();

  private WorkerServer(ServerSpec spec, long firstBatch) {
    this.spec = spec;
    this.firstBatch = firstBatch;
    this.service =
        new Service(
            spec.configuration(),
            spec.coordinator().secret(),
            this::signal,
            ServiceTimer.jvm(),
            InstantSource.system());
    this.replies = new ServicePeer(service);
    this.bound = HttpListeners.bindFirstFree(service);
  }

  /**
   * Starts a server, and has it announced without waiting for the driver.
   *
   * @param firstBatch the batch of the task that starts it
   */
  static WorkerServer start(ServerSpec spec, long firstBatch) {
    WorkerServer server = new WorkerServer(spec, firstBatch);
    LocalServices.add(server.service);
    ChannelPeers.add(server.serverId(), server);
    server
        .tell(Messages.ANNOUNCE, server.announcement().toBytes())
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                server.announced.complete(answer);
              } else {
                server.announced.completeExceptionally(failure);
              }
            });
    LOG.info(
        "Listening: service '{}' on port {}", spec.configuration().name(), server.bound.port());
    return server;
  }

  /** Waits until the driver knows this server. */
  void awaitAnnounced() throws IOException {
    ChannelClient.await(announced);
  }

  private Announcement announcement() {
    String executor = SparkEnv.get().executorId();
    String address = MachineAddress.get();
    ChannelAddress channel =
        executor.equals(DRIVER) ? null : InternalChannel.address(address, address);
    return new Announcement(serverId(), executor, bound.port(), address, channel);
  }

  String serverId() {
    return service.serverId();
  }

  /**
   * What a task gets. Tasks of the batch that has started this server get nothing: other tasks of
   * that batch do not know yet where to send replies.
   */
  List<Exchange> take(LeaseKey key, int takers) {
    if (key.batch() == firstBatch) {
      return List.of();
    }
    // Before the look, so that whatever comes after it is told again.
    signalled.set(false);
    List<Exchange> taken = service.queue().takeShare(takers);
    service.leases().lease(key, taken);
    if (takers == 1 && service.queue().size() > 0) {
      signal();
    }
    return taken;
  }

  void giveBack(LeaseKey key, Blame blame) {
    service.leases().giveBack(key, blame);
  }

  /** Tells the coordinator that requests wait, once until a task has come for them. */
  private void signal() {
    if (signalled.compareAndSet(false, true)) {
      tell(Messages.WAITING, Messages.text(serverId()))
          .exceptionally(
              failure -> {
                signalled.set(false);
                return null;
              });
    }
  }

  /**
   * Tells the coordinator again that requests wait; else, every few seconds, that this server
   * lives.
   */
  void beat() {
    boolean waiting = service.queue().size() > 0;
    if (!waiting && secondsSinceHeard() < QUIET_SECONDS) {
      return;
    }
    tell(waiting ? Messages.WAITING : Messages.ALIVE, Messages.text(serverId()))
        .whenComplete((answer, failure) -> heard(failure));
  }

  private void heard(@Nullable Throwable failure) {
    if (failure == null) {
      lastHeard = System.nanoTime();
    } else if (failure instanceof ChannelRefusedException) {
      LOG.info("The driver does not know {} any more", serverId());
      WorkerServers.stop(this);
    } else if (secondsSinceHeard() >= LOST_SECONDS) {
      LOG.warn(
          "Cannot reach the driver since {} s: stopping {}", LOST_SECONDS, serverId(), failure);
      WorkerServers.stop(this);
    }
  }

  private long secondsSinceHeard() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - lastHeard);
  }

  private CompletableFuture<byte[]> tell(String path, byte[] message) {
    return ChannelClient.jvm().send(spec.coordinator(), path, message);
  }

  @Override
  public Secret secret() {
    return service.secret();
  }

  @Override
  public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
    switch (path) {
      case Messages.SETTLE -> {
        service.leases().settle(Messages.readNumber(message));
        return CompletableFuture.completedFuture(new byte[0]);
      }
      case Messages.STOP -> {
        return WorkerServers.stop(this).thenApply(stopped -> new byte[0]);
      }
      default -> {
        return replies.receive(path, message);
      }
    }
  }

  String runId() {
    return spec.runId();
  }

  /** Answers what is open with 503 and frees the port, within about two seconds. */
  void close() {
    if (closed.compareAndSet(false, true)) {
      bound.close();
      LocalServices.remove(service);
      ChannelPeers.remove(serverId());
      LOG.info("Stopped {}", serverId());
    }
  }
}
