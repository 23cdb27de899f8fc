package io.sparkserving.server.worker;

import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.ChannelIdentity;
import io.sparkserving.channel.InternalChannel;
import io.sparkserving.channel.MachineAddress;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.OperationsConfiguration;
import io.sparkserving.server.ListeningServer;
import io.sparkserving.server.listener.HttpListeners;
import io.sparkserving.server.worker.WorkerServers.Place;
import java.io.IOException;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One executor's server of a service. Started by the first task that comes to the JVM; stopped by
 * the coordinator, or by itself when the coordinator does not know the service any more. While the
 * coordinator has not answered for {@value #LOST_SECONDS} seconds, requests are refused. All
 * threads may call all methods.
 */
public final class WorkerServer {
  /** Seconds without an answer of the driver after which a server refuses requests. */
  public static final long LOST_SECONDS = 30;

  private static final Logger LOG = LoggerFactory.getLogger(WorkerServer.class);
  private static final String DRIVER = "driver";

  private final Place place;
  private final ServerExchanges exchanges;
  private final DriverLink link;
  private final ShareTaking shares;
  private final ListeningServer listening;

  private WorkerServer(
      Place place, DriverLink link, ShareTaking shares, ListeningServer listening) {
    this.place = place;
    this.exchanges = link.exchanges();
    this.link = link;
    this.shares = shares;
    this.listening = listening;
  }

  /**
   * Starts a server, and has it announced without waiting for the driver, nor for a gateway that is
   * to forward to the server; the driver hears of the server when that gateway does.
   *
   * @param clock tells since when nothing was heard of the driver
   * @param loss what to do when the driver is gone
   */
  static WorkerServer start(
      ServerSpec spec, Place place, NanoClock clock, DriverLink.DriverLoss loss) {
    DriverLink link = new DriverLink(spec, clock, loss);
    ServerExchanges exchanges = link.exchanges();
    ShareTaking shares = new ShareTaking(exchanges, link);
    // Made before the server listens, as it may fail.
    Announcement unbound = announcement(exchanges, place);
    ListeningServer listening =
        ListeningServer.start(
            exchanges,
            HttpListeners::bindFirstFree,
            new WorkerPeer(
                exchanges,
                unbound.secrets(),
                shares,
                () -> WorkerServers.end(place.runId(), exchanges.serverId())),
            address -> link.addressChanged());
    link.announce(
        listening.reachable(), () -> unbound.at(listening.port(), listening.forwardedAddress()));
    LOG.info(
        "Listening: service '{}' on port {}", exchanges.configuration().name(), listening.port());
    return new WorkerServer(place, link, shares, listening);
  }

  private static Announcement announcement(ServerExchanges exchanges, Place place) {
    OperationsConfiguration operations = exchanges.configuration().operations();
    String executor = SparkEnv.get().executorId();
    String address = MachineAddress.get();
    ChannelAddress channel =
        executor.equals(DRIVER)
            ? null
            : InternalChannel.address(address, address, operations.internal());
    String certificate =
        operations.transport().tls().isPresent() ? ChannelIdentity.ofServers().fingerprint() : null;
    return new Announcement(
        exchanges.serverId(), executor, place.slot(), 0, address, certificate, channel, null);
  }

  /** Waits until a gateway forwards to this server, if one is to, and the driver knows it. */
  void awaitAnnounced() throws IOException {
    listening.awaitReachable();
    link.awaitAnnounced();
  }

  /** {@code originatingService} of this server's rows. */
  public String serverId() {
    return exchanges.serverId();
  }

  /**
   * Has requests of the tasks of a term written down.
   *
   * @param place null for nowhere
   */
  public void journal(LeaseKey key, @Nullable JournalPlace place) {
    if (place != null) {
      exchanges.journal(key.term(), place);
    }
  }

  /** This server's requests. */
  public ServerExchanges exchanges() {
    return exchanges;
  }

  Place place() {
    return place;
  }

  /**
   * Returns the lease of a task of a batch that begins, which is the lease of all tasks with that
   * key.
   */
  public Lease join(LeaseKey key) {
    return exchanges.leases().join(key);
  }

  /**
   * Returns the share of the waiting requests that is for one of several tasks, and for all tasks
   * that have the lease.
   *
   * @param takers how many will share what waits now, the task among them
   */
  public List<Exchange> share(Lease lease, int takers) {
    return shares.share(lease, takers).join();
  }

  /**
   * Returns the share as {@link #share} does, after waiting until there is one. Returns early if
   * the thread is interrupted, and leaves it so.
   */
  public List<Exchange> awaitShare(Lease lease, int takers, long timeoutNanos) {
    return shares.awaitShare(lease, takers, timeoutNanos);
  }

  /** Has a task's requests wait again, as its last try begins, which takes nothing. */
  public void withdraw(Lease lease) {
    exchanges.leases().withdraw(lease);
  }

  /** Tells the driver if requests wait that no task will take. */
  public void lookForRequests() {
    link.lookForRequests();
  }

  /**
   * Takes the next request for a task that goes on, waiting for it if need be.
   *
   * @return null if none came in time, or none will come any more
   */
  public @Nullable Exchange take(Lease lease, long timeoutNanos) throws InterruptedException {
    return exchanges.queue().take(lease, timeoutNanos);
  }

  /** As {@link #take}, for a thread that hands on to the task's thread what it takes. */
  public @Nullable Exchange takeAhead(Lease lease, long timeoutNanos) throws InterruptedException {
    return exchanges.queue().takeAhead(lease, timeoutNanos);
  }

  /** Ends a request that a task has passed on without a reply coming of it. */
  public void settlePassed(Lease lease, Exchange exchange) {
    exchanges.leases().settlePassed(lease, exchange);
  }

  /** Whether there will be no more requests for a task. */
  public boolean isOver(Lease lease) {
    return exchanges.queue().isOver(lease.key().term());
  }

  /** Has the requests wait again that a task has left, as it ended before its batch. */
  public void giveBack(Lease lease, Blame blame) {
    exchanges.leases().giveBack(lease, blame);
  }

  /** Notes that none of the requests of a task has made it fail. */
  public void acquit(Lease lease) {
    exchanges.leases().acquit(lease);
  }

  /** Tells the driver that a task is ready to take requests. */
  public void readerIsReady(LeaseKey key) {
    link.readerIsReady(key);
  }

  /** Tells the driver, if need be, that requests wait or that this server lives; looks after it. */
  void beat() {
    link.beat();
  }

  /** Answers what is open with 503 and frees the port, within about two seconds. */
  void close() {
    link.close();
    try {
      if (listening.close()) {
        LOG.info("Stopped {}", serverId());
      }
    } finally {
      // A task that waits for a request here would not learn that none comes.
      exchanges.beginTerm(Long.MAX_VALUE);
    }
  }
}
