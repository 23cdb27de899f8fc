package io.sparkserving.server.worker;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ChannelRefusedException;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.server.worker.DriverAnswer.Standing;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the driver of one executor's server: where it listens, that requests wait there, that it
 * lives. While the driver is silent, or Spark sends no tasks, the server refuses requests. One
 * thread at a time calls {@link #beat}; all threads may call all other methods, and only {@link
 * #awaitAnnounced} waits.
 */
final class DriverLink {
  /** An idle executor should hardly be seen to work. */
  private static final long QUIET_SECONDS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(DriverLink.class);

  /** What a server does that its driver has left. May be called more than once. */
  interface DriverLoss {
    /** The driver answers, but does not know the run of the service any more. */
    void forgotten(String serverId);

    /** The driver goes on without this executor. */
    void abandoned(String serverId);
  }

  private final ServiceEndpoint driver;
  private final Silence silence;
  private final DriverLoss loss;
  private final ServerExchanges exchanges;
  private final CompletableFuture<byte[]> announced = new CompletableFuture<>();
  private final AtomicBoolean signalled = new AtomicBoolean();

  /** Tasks that are ready, of which the driver has not heard. */
  private final Set<LeaseKey> untoldReaders = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Supplier<Announcement> announcement;
  private volatile boolean isToAnnounce;
  private volatile Standing standing = Standing.KNOWN;
  private volatile boolean closed;

  /** Why requests are refused, if they are. Used by beats only. */
  private @Nullable Readiness suspension;

  @GuardedBy("this")
  private CompletableFuture<byte[]> lastAnnouncement =
      CompletableFuture.completedFuture(new byte[0]);

  /**
   * Makes the requests of a server, of which the driver hears by this link when they wait.
   *
   * @param clock tells since when nothing was heard of the driver
   */
  DriverLink(ServerSpec spec, NanoClock clock, DriverLoss loss) {
    this.driver = spec.coordinator();
    this.silence = new Silence(clock);
    this.loss = loss;
    this.exchanges =
        new ServerExchanges(
            spec.configuration(),
            driver.secret(),
            this::signal,
            ServiceTimer.jvm(),
            InstantSource.system(),
            clock);
    exchanges.describedBy(() -> tell(Messages.DESCRIBE, new byte[0]));
  }

  /** The server's requests. */
  ServerExchanges exchanges() {
    return exchanges;
  }

  private CompletableFuture<byte[]> tell(String path, byte[] message) {
    return ChannelClient.jvm().send(driver, path, message);
  }

  /**
   * Announces a server that listens.
   *
   * @param reachable complete when clients reach it; the driver hears of it then
   * @param current what is to be said of it, at the time of asking
   */
  void announce(CompletableFuture<Void> reachable, Supplier<Announcement> current) {
    announcement = current;
    reachable
        .thenCompose(reached -> sendAnnouncement(current))
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                heard(DriverAnswer.read(answer));
                announced.complete(answer);
              } else {
                announced.completeExceptionally(failure);
              }
            });
  }

  /** One after the other, so that the last one that arrives is the last one that was sent. */
  private synchronized CompletableFuture<byte[]> sendAnnouncement(Supplier<Announcement> current) {
    lastAnnouncement =
        lastAnnouncement
            .exceptionally(failure -> new byte[0])
            .thenCompose(before -> tell(Messages.ANNOUNCE, current.get().toBytes()));
    return lastAnnouncement;
  }

  /**
   * Waits until the driver knows the server.
   *
   * @throws IOException if the driver cannot be told, or if the thread is interrupted
   */
  void awaitAnnounced() throws IOException {
    ChannelClient.await(announced);
  }

  /** Tells the driver of another address; if it cannot be reached, again with the next beat. */
  void addressChanged() {
    Supplier<Announcement> current = announcement;
    if (current != null && announced.isDone() && !closed) {
      isToAnnounce = false;
      sendAnnouncement(current)
          .whenComplete(
              (answer, failure) -> {
                if (failure == null) {
                  heard(DriverAnswer.read(answer));
                } else if (failure.getCause() instanceof ChannelRefusedException) {
                  LOG.warn("The driver refuses {}", exchanges.serverId(), failure.getCause());
                  loss.abandoned(exchanges.serverId());
                } else {
                  isToAnnounce = true;
                }
              });
    }
  }

  /** Tells the driver that a task is ready to take requests; if need be, again with each beat. */
  void readerIsReady(LeaseKey key) {
    tell(Messages.READER, Messages.numbers(key.term(), key.batch(), key.partition()))
        .exceptionally(
            failure -> {
              LOG.debug("Cannot tell the driver that {} is ready", key, failure);
              untoldReaders.add(key);
              return new byte[0];
            });
  }

  private void tellOfReaders() {
    List<LeaseKey> untold = List.copyOf(untoldReaders);
    untold.forEach(untoldReaders::remove);
    untold.forEach(this::readerIsReady);
  }

  /** A task is about to look for requests: the driver is to hear of any that come after that. */
  void taskLooks() {
    signalled.set(false);
  }

  /** Tells the driver if requests wait that no task will take. */
  void lookForRequests() {
    if (exchanges.queue().size() > 0) {
      signal();
    }
  }

  /**
   * Tells the driver that requests wait, once until a task has come for them. A task that is there
   * may take them; if not, it {@linkplain #lookForRequests looks} when it ends.
   */
  private void signal() {
    if (exchanges.runningTasks().count() == 0
        && !signalled.get()
        && signalled.compareAndSet(false, true)) {
      tell(Messages.WAITING, Messages.text(exchanges.serverId()))
          .exceptionally(
              failure -> {
                signalled.set(false);
                return new byte[0];
              });
    }
  }

  /**
   * Tells the driver again what it did not hear, and that requests wait; else, every few seconds,
   * that the server lives. Called once a second.
   */
  void beat() {
    long silentSeconds = silence.lookSeconds();
    if (isToAnnounce) {
      addressChanged();
    }
    tellOfReaders();
    suspend(
        silentSeconds >= WorkerServer.LOST_SECONDS
            ? Readiness.NO_DRIVER
            : getsNoTasks() ? Readiness.EXCLUDED : null);
    boolean waiting = exchanges.queue().size() > 0 && exchanges.runningTasks().count() == 0;
    if (waiting || suspension == Readiness.NO_DRIVER || silentSeconds >= QUIET_SECONDS) {
      tell(waiting ? Messages.WAITING : Messages.ALIVE, Messages.text(exchanges.serverId()))
          .whenComplete(this::heard);
    }
  }

  /** Whether Spark sends no tasks here, and those that were here have ended. */
  private boolean getsNoTasks() {
    return standing == Standing.EXCLUDED
        && (suspension == Readiness.EXCLUDED || exchanges.leases().size() == 0);
  }

  private void suspend(@Nullable Readiness reason) {
    if (reason == suspension) {
      return;
    }
    suspension = reason;
    if (reason == null) {
      LOG.info("{} takes in requests again", exchanges.serverId());
      exchanges.resume();
    } else {
      LOG.warn("{} refuses requests: {}", exchanges.serverId(), reason.reason());
      exchanges.suspend(reason);
    }
  }

  private void heard(byte @Nullable [] answer, @Nullable Throwable failure) {
    if (answer != null) {
      heard(DriverAnswer.read(answer));
    } else if (failure instanceof ChannelRefusedException) {
      LOG.info("The driver does not know {} any more", exchanges.serverId());
      loss.forgotten(exchanges.serverId());
    }
  }

  private void heard(DriverAnswer answer) {
    silence.end();
    exchanges.beginTerm(answer.term());
    standing = answer.standing();
    switch (standing) {
      case KNOWN, EXCLUDED -> {}
      case UNKNOWN -> isToAnnounce = true;
      case EXECUTOR_GONE -> {
        LOG.info("The driver has given up the executor of {}", exchanges.serverId());
        loss.abandoned(exchanges.serverId());
      }
    }
  }

  /** From now on the driver hears of no other address. */
  void close() {
    closed = true;
  }
}
