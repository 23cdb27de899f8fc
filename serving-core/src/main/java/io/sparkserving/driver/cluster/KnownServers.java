package io.sparkserving.driver.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.DriverAnswer.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The servers of one service that have announced themselves to the driver, which of them are
 * silent, and which of their executors are leaving or get no tasks. A server that is silent, as its
 * executor stands still or the network is cut, is not for clients until it is heard again. All
 * threads may call all methods; none waits.
 */
public final class KnownServers {
  /** Whoever wants to know of the servers that clients should call. */
  @FunctionalInterface
  interface Listener {
    /** Takes note of the servers as they are from now on. Must not wait, as a lock is held. */
    void serversAre(List<Announcement> servers);
  }

  /** What an announcement comes to. */
  enum Admission {
    STAYS,
    /** The executor is leaving already, as the task that started the server began before. */
    LEAVES,
    /** The executor has gone, and so has the server: it is not added. */
    GONE
  }

  private final Listener onChange;
  private final NanoClock clock;

  @GuardedBy("this")
  private final Map<String, KnownServer> byId = new TreeMap<>();

  @GuardedBy("this")
  private final LeavingExecutors leaving;

  @GuardedBy("this")
  private final GoneExecutors gone = new GoneExecutors();

  /** Spark's ids of the executors that get no tasks for a while. */
  @GuardedBy("this")
  private Set<String> excluded = Set.of();

  @GuardedBy("this")
  private long closed;

  /**
   * @param leavingTime how long readers of an executor that leaves may have requests to answer
   * @param onChange told of the servers that clients should call whenever one comes or goes
   * @param clock by which executors have been leaving, and servers silent, for some time
   */
  KnownServers(Duration leavingTime, Listener onChange, NanoClock clock) {
    this.clock = clock;
    this.leaving = new LeavingExecutors(leavingTime, clock);
    this.onChange = onChange;
  }

  /** Adds a server in place of the one that had its slot before, unless its executor has gone. */
  synchronized Admission add(Announcement server) {
    if (gone.have(server.executorId())) {
      return Admission.GONE;
    }
    byId.values().removeIf(known -> server.replaces(known.announcement()));
    byId.put(server.serverId(), new KnownServer(server, clock));
    onChange.serversAre(inService());
    return leaving.have(server) ? Admission.LEAVES : Admission.STAYS;
  }

  /** Notes that a server was heard. */
  synchronized Standing heard(String serverId) {
    KnownServer server = byId.get(serverId);
    if (server == null) {
      return Standing.UNKNOWN;
    }
    if (server.noteHeard()) {
      onChange.serversAre(inService());
    }
    return isExcluded(server.announcement()) ? Standing.EXCLUDED : Standing.KNOWN;
  }

  /** Notes which executors Spark gives no tasks; returns whether others were before. */
  synchronized boolean excludedAre(Set<String> executorIds) {
    if (excluded.equals(executorIds)) {
      return false;
    }
    excluded = Set.copyOf(executorIds);
    onChange.serversAre(inService());
    return true;
  }

  @GuardedBy("this")
  private boolean isExcluded(Announcement server) {
    return excluded.contains(server.executorId());
  }

  /** Notes that nobody takes messages where a server is. */
  synchronized void unreachable(String serverId) {
    KnownServer server = byId.get(serverId);
    if (server != null && server.noteUnreachable()) {
      onChange.serversAre(inService());
    }
  }

  /**
   * Looks for how long servers have been silent. Called once a second.
   *
   * @return those that are to be asked whether they are there
   */
  synchronized List<Announcement> lookForSilent() {
    List<Announcement> before = inService();
    List<Announcement> doubted = servers(KnownServer::isDoubted);
    List<Announcement> after = inService();
    if (after.size() != before.size()) {
      onChange.serversAre(after);
    }
    return doubted;
  }

  /**
   * Forgets a server that has closed, though its executor is there; returns whether it was known.
   */
  synchronized boolean closed(String serverId) {
    if (byId.remove(serverId) == null) {
      return false;
    }
    closed++;
    onChange.serversAre(inService());
    return true;
  }

  /** How many servers have closed, though their executors were there. */
  public synchronized long closed() {
    return closed;
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
    return Optional.of(servers(each -> each.announcement().isOf(executorId)));
  }

  /** Forgets an executor that has gone, and the servers that went with it. */
  synchronized void executorWent(String executorId) {
    byId.values().removeIf(server -> server.announcement().isOf(executorId));
    leaving.remove(executorId);
    gone.add(executorId);
    onChange.serversAre(inService());
  }

  /** Notes that an executor is there. */
  synchronized void executorCame(String executorId) {
    gone.remove(executorId);
  }

  /** The servers that clients should call, in the order of their ids. */
  synchronized List<Announcement> inService() {
    List<Announcement> inService = new ArrayList<>();
    for (KnownServer server : byId.values()) {
      if (isInService(server)) {
        inService.add(server.announcement());
      }
    }
    return inService;
  }

  /** Whether clients should call the server of this id. */
  synchronized boolean isInService(String serverId) {
    KnownServer server = byId.get(serverId);
    return server != null && isInService(server);
  }

  @GuardedBy("this")
  private boolean isInService(KnownServer server) {
    return !server.isSilent()
        && !leaving.have(server.announcement())
        && !isExcluded(server.announcement());
  }

  /** Whether the server of this id has not been heard for some time. */
  synchronized boolean isSilent(String serverId) {
    KnownServer server = byId.get(serverId);
    return server != null && server.isSilent();
  }

  /** All servers, silent or of executors that are leaving, in the order of their ids. */
  public synchronized List<Announcement> all() {
    return servers(server -> true);
  }

  @GuardedBy("this")
  private List<Announcement> servers(Predicate<KnownServer> which) {
    return byId.values().stream().filter(which).map(KnownServer::announcement).toList();
  }

  /**
   * Spark's ids of the executors that have a server. One that is silent counts: a task that is to
   * start another could not get there, and the batch would wait for it.
   */
  public synchronized Set<String> executors() {
    Set<String> executors = new TreeSet<>();
    byId.values().forEach(server -> executors.add(server.announcement().executorId()));
    return executors;
  }

  /** The executors that are decommissioned, but whose readers may still have requests to answer. */
  public synchronized Set<String> drainingExecutors() {
    return leaving.stillDraining();
  }
}
