package io.sparkserving.driver.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.server.worker.Announcement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The servers of one service that have announced themselves to the driver, and which of their
 * executors are leaving. All threads may call all methods; none waits.
 */
public final class KnownServers {
  /** Whoever wants to know of the servers that clients should call. */
  @FunctionalInterface
  interface Listener {
    /** Takes note of the servers as they are from now on. Must not wait, as a lock is held. */
    void serversAre(List<Announcement> servers);
  }

  private final Listener onChange;

  @GuardedBy("this")
  private final Map<String, Announcement> byId = new TreeMap<>();

  @GuardedBy("this")
  private final LeavingExecutors leaving;

  /**
   * @param leavingTime how long readers of an executor that leaves may have requests to answer
   * @param onChange told of the servers that clients should call whenever one comes or goes
   * @param clock by which executors have been leaving for some time
   */
  KnownServers(Duration leavingTime, Listener onChange, NanoClock clock) {
    this.leaving = new LeavingExecutors(leavingTime, clock);
    this.onChange = onChange;
  }

  /**
   * Adds a server in place of the one that had its slot before.
   *
   * @return whether the executor is leaving already, as the task that started the server began
   *     before
   */
  synchronized boolean add(Announcement server) {
    byId.values().removeIf(server::replaces);
    byId.put(server.serverId(), server);
    onChange.serversAre(inService());
    return leaving.have(server);
  }

  /**
   * Notes that Spark decommissions an executor.
   *
   * @return the executor's servers, which clients should not call any more; empty if that is known
   *     already
   */
  synchronized Optional<List<Announcement>> executorLeaves(String executorId) {
    if (!leaving.add(executorId)) {
      return Optional.empty();
    }
    onChange.serversAre(inService());
    return Optional.of(byId.values().stream().filter(each -> each.isOf(executorId)).toList());
  }

  /** Forgets an executor that has gone, and the servers that went with it. */
  synchronized void executorWent(String executorId) {
    byId.values().removeIf(server -> server.isOf(executorId));
    leaving.remove(executorId);
    onChange.serversAre(inService());
  }

  /** The servers that clients should call, in the order of their ids. */
  synchronized List<Announcement> inService() {
    return leaving.without(byId.values());
  }

  /** Whether clients should call the server of this id. */
  synchronized boolean isInService(String serverId) {
    Announcement server = byId.get(serverId);
    return server != null && !leaving.have(server);
  }

  /** All servers, also those of executors that are leaving, in the order of their ids. */
  public synchronized List<Announcement> all() {
    return List.copyOf(byId.values());
  }

  /** Spark's ids of the executors that have a server. */
  public synchronized Set<String> executors() {
    Set<String> executors = new TreeSet<>();
    byId.values().forEach(server -> executors.add(server.executorId()));
    return executors;
  }

  /** The executors that are decommissioned, but whose readers may still have requests to answer. */
  public synchronized Set<String> drainingExecutors() {
    return leaving.stillDraining();
  }
}
