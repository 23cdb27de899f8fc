package io.sparkserving.server.worker;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ChannelIdentity;
import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.ChannelRefusedException;
import io.sparkserving.channel.InternalChannel;
import io.sparkserving.channel.MachineAddress;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.forwarding.ForwardingProvider;
import io.sparkserving.forwarding.RunningForward;
import io.sparkserving.metrics.ServerReport;
import io.sparkserving.server.ServicePeer;
import io.sparkserving.server.listener.BoundService;
import io.sparkserving.server.listener.HttpListeners;
import io.sparkserving.server.management.ServerOperations;
import io.sparkserving.server.worker.WorkerServers.Place;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
public final class WorkerServer implements ChannelPeer {
  public static final long LOST_SECONDS = 30;

  /** An idle executor should hardly be seen to work. */
  private static final long QUIET_SECONDS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(WorkerServer.class);
  private static final String DRIVER = "driver";

  private final ServerSpec spec;
  private final Place place;
  private final LeaseKey firstTask;
  private final ServerExchanges service;
  private final BoundService bound;
  private final ServicePeer replies;
  private final Announcement unforwarded;
  private final Optional<RunningForward> forward;
  private final CompletableFuture<byte[]> announced = new CompletableFuture<>();
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile long lastHeard = System.nanoTime();
  private volatile boolean addressIsStale;

  @GuardedBy("this")
  private CompletableFuture<byte[]> lastAnnouncement =
      CompletableFuture.completedFuture(new byte[0]);

  private WorkerServer(ServerSpec spec, Place place, LeaseKey firstTask) {
    this.spec = spec;
    this.place = place;
    this.firstTask = firstTask;
    this.service =
        new ServerExchanges(
            spec.configuration(),
            spec.coordinator().secret(),
            this::signal,
            ServiceTimer.jvm(),
            InstantSource.system(),
            NanoClock.SYSTEM);
    service.describedBy(() -> tell(Messages.DESCRIBE, new byte[0]));
    this.replies = new ServicePeer(service);
    this.bound = HttpListeners.bindFirstFree(service);
    this.unforwarded = announcement();
    this.forward = forward();
  }

  private Optional<RunningForward> forward() {
    try {
      return ForwardingProvider.startFor(
          service.configuration(), bound.port(), address -> addressChanged());
    } catch (RuntimeException e) {
      bound.close();
      throw e;
    }
  }

  /**
   * Starts a server, and has it announced without waiting for the driver, nor for a gateway that is
   * to forward to it; the driver hears of it when that one does.
   *
   * @param firstTask the task that starts it
   */
  static WorkerServer start(ServerSpec spec, Place place, LeaseKey firstTask) {
    WorkerServer server = new WorkerServer(spec, place, firstTask);
    LocalServers.add(server.service);
    ServerOperations.find().opened(server.service);
    ChannelPeers.add(server.serverId(), server);
    server
        .forward
        .map(RunningForward::started)
        .orElse(CompletableFuture.completedFuture(null))
        .thenCompose(forwarded -> server.announce())
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                server.beginTerm(answer);
                server.announced.complete(answer);
              } else {
                server.announced.completeExceptionally(failure);
              }
            });
    LOG.info(
        "Listening: service '{}' on port {}",
        server.service.configuration().name(),
        server.bound.port());
    return server;
  }

  /** Waits until a gateway forwards to this server, if one is to, and the driver knows it. */
  void awaitAnnounced() throws IOException {
    if (forward.isPresent()) {
      forward.get().awaitStarted();
    }
    ChannelClient.await(announced);
  }

  /** One after the other, so that the last one that arrives is the last one that was sent. */
  private synchronized CompletableFuture<byte[]> announce() {
    lastAnnouncement =
        lastAnnouncement
            .exceptionally(failure -> new byte[0])
            .thenCompose(
                before ->
                    tell(
                        Messages.ANNOUNCE,
                        unforwarded
                            .forwardedAt(forward.flatMap(RunningForward::address))
                            .toBytes()));
    return lastAnnouncement;
  }

  /** Tells the driver; if it cannot be reached, again with the next beat. */
  private void addressChanged() {
    if (announced.isDone() && !closed.get()) {
      addressIsStale = false;
      announce()
          .exceptionally(
              failure -> {
                addressIsStale = true;
                return new byte[0];
              });
    }
  }

  private Announcement announcement() {
    String executor = SparkEnv.get().executorId();
    String address = MachineAddress.get();
    ChannelAddress channel =
        executor.equals(DRIVER)
            ? null
            : InternalChannel.address(
                address, address, service.configuration().operations().internalTls());
    String certificate =
        service.configuration().operations().transport().tls().isPresent()
            ? ChannelIdentity.ofServers().fingerprint()
            : null;
    return new Announcement(
        serverId(), executor, place.slot(), bound.port(), address, certificate, channel, null);
  }

  /** {@code originatingService} of this server's rows. */
  public String serverId() {
    return service.serverId();
  }

  /** Its requests. */
  public ServerExchanges service() {
    return service;
  }

  Place place() {
    return place;
  }

  /** A lease for a task that begins. */
  public Lease open(LeaseKey key) {
    return service.leases().open(key);
  }

  /**
   * What a task gets that takes what is there. Tasks of the batch that has started this server get
   * nothing: other tasks of that batch do not know yet where to send replies.
   */
  public List<Exchange> takeShare(Lease lease, int takers) {
    if (isOfFirstBatch(lease.key())) {
      return List.of();
    }
    // Before the look, so that whatever comes after it is told again.
    signalled.set(false);
    List<Exchange> taken = service.queue().takeShare(lease, takers);
    if (takers == 1) {
      lookForRequests();
    }
    return taken;
  }

  /** Tells the driver if requests wait that no task will take. */
  public void lookForRequests() {
    if (service.queue().size() > 0) {
      signal();
    }
  }

  private boolean isOfFirstBatch(LeaseKey key) {
    return key.term() == firstTask.term() && key.batch() == firstTask.batch();
  }

  /**
   * The next request for a task that goes on, waiting for it if need be.
   *
   * @return null if none came in time, or none will come any more
   */
  public @Nullable Exchange take(Lease lease, long timeoutNanos) throws InterruptedException {
    return service.queue().take(lease, timeoutNanos);
  }

  /** As {@link #take}, for a thread that hands on to the task's what it takes. */
  public @Nullable Exchange takeAhead(Lease lease, long timeoutNanos) throws InterruptedException {
    return service.queue().takeAhead(lease, timeoutNanos);
  }

  /** Whether there will be no more requests for a task. */
  public boolean isOver(Lease lease) {
    return service.queue().isOver(lease.key().term());
  }

  /** A task has ended before its batch: what it left waits again. */
  public void giveBack(Lease lease, Blame blame) {
    service.leases().giveBack(lease, blame);
  }

  /** Tells the driver that a task is ready to take requests. */
  public void readerIsReady(LeaseKey key) {
    tell(Messages.READER, Messages.numbers(key.term(), key.batch(), key.partition()))
        .exceptionally(
            failure -> {
              LOG.warn("Cannot tell the driver that {} is ready", key, failure);
              return new byte[0];
            });
  }

  /**
   * Tells the coordinator that requests wait, once until a task has come for them. A task that is
   * there may take them; if not, it {@linkplain #lookForRequests looks} when it ends.
   */
  private void signal() {
    if (service.runningTasks().count() == 0
        && !signalled.get()
        && signalled.compareAndSet(false, true)) {
      tell(Messages.WAITING, Messages.text(serverId()))
          .exceptionally(
              failure -> {
                signalled.set(false);
                return new byte[0];
              });
    }
  }

  /**
   * Tells the coordinator again that requests wait; else, every few seconds, that this server
   * lives.
   */
  void beat() {
    if (addressIsStale) {
      addressChanged();
    }
    boolean waiting = service.queue().size() > 0 && service.runningTasks().count() == 0;
    if (!waiting && secondsSinceHeard() < QUIET_SECONDS) {
      return;
    }
    tell(waiting ? Messages.WAITING : Messages.ALIVE, Messages.text(serverId()))
        .whenComplete(this::heard);
  }

  private void heard(byte @Nullable [] answer, @Nullable Throwable failure) {
    if (answer != null) {
      lastHeard = System.nanoTime();
      beginTerm(answer);
    } else if (failure instanceof ChannelRefusedException) {
      LOG.info("The driver does not know {} any more", serverId());
      WorkerServers.end(this);
    } else if (secondsSinceHeard() >= LOST_SECONDS) {
      LOG.warn(
          "Cannot reach the driver since {} s: stopping {}", LOST_SECONDS, serverId(), failure);
      WorkerServers.stop(this);
    }
  }

  private long secondsSinceHeard() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - lastHeard);
  }

  private void beginTerm(byte[] term) {
    service.beginTerm(Messages.readNumbers(term)[0]);
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
      case Messages.BEGIN -> beginTerm(message);
      case Messages.SETTLE -> settle(Messages.readNumbers(message));
      case Messages.SETTLE_DELIVERED -> settleDelivered(Messages.readNumbers(message));
      case Messages.RELEASE -> service.release(Messages.readNumbers(message)[0]);
      case Messages.HURRY -> service.runningTasks().hurry();
      case Messages.DRAIN -> service.drain(Messages.readNumbers(message)[0]);
      case Messages.LEAVE -> service.leave(Duration.ofMillis(Messages.readNumbers(message)[0]));
      case Messages.HALT -> service.halt();
      case Messages.REFUSE -> {
        int open = service.refuse(Messages.readNumbers(message)[0]);
        return CompletableFuture.completedFuture(Messages.numbers(open));
      }
      case Messages.HELD -> {
        int held = service.leases().held(Messages.readNumbers(message)[0]);
        return CompletableFuture.completedFuture(Messages.numbers(held));
      }
      case Messages.COUNT -> {
        long replied = service.counters().replied();
        return CompletableFuture.completedFuture(Messages.numbers(replied));
      }
      case Messages.REPORT -> {
        return CompletableFuture.completedFuture(ServerReport.of(service));
      }
      case Messages.STOP -> {
        return WorkerServers.end(this).thenApply(stopped -> new byte[0]);
      }
      default -> {
        return replies.receive(path, message);
      }
    }
    return CompletableFuture.completedFuture(new byte[0]);
  }

  private void settle(long[] termAndBatch) {
    service.leases().settle(termAndBatch[0], termAndBatch[1]);
  }

  private void settleDelivered(long[] numbers) {
    for (int partition = 0; partition < numbers.length - 2; partition++) {
      LeaseKey key = new LeaseKey(numbers[0], numbers[1], partition);
      service.leases().settleDelivered(key, numbers[partition + 2]);
    }
  }

  /** Answers what is open with 503 and frees the port, within about two seconds. */
  void close() {
    if (closed.compareAndSet(false, true)) {
      bound.close();
      forward.ifPresent(RunningForward::close);
      ServerOperations.find().closed(service);
      LocalServers.remove(service);
      ChannelPeers.remove(serverId());
      LOG.info("Stopped {}", serverId());
    }
  }
}
