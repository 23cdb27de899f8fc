package io.sparkserving.server.worker;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.UnbrokenTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * The servers of this JVM, one for each run of a service, or for each of its partitions. A per-JVM
 * singleton, with one daemon thread that tells the driver that they live, and that stops them.
 */
public final class WorkerServers {
  private static final long BEAT_SECONDS = 1;

  private static final int MOST_ENDED = 1_000;

  /** Spark's own hook runs at 40; higher ones run earlier. */
  private static final int BEFORE_SPARK = 100;

  /** One server, by the run of its service and its slot there. */
  record Place(String runId, String slot) {}

  @GuardedBy("WorkerServers.class")
  private static final Map<Place, WorkerServer> BY_PLACE = new HashMap<>();

  /** Runs of services that have ended, the latest of them. */
  @GuardedBy("WorkerServers.class")
  private static final Set<String> ENDED =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > MOST_ENDED;
            }
          });

  private static final ScheduledExecutorService THREAD =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "spark-serving-worker");
            thread.setDaemon(true);
            return thread;
          });

  static {
    THREAD.scheduleWithFixedDelay(
        () -> all().forEach(WorkerServers::beat), BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
    // An executor ends by itself when it loses its driver; its clients get an answer first.
    ShutdownHookManager.get()
        .addShutdownHook(() -> all().forEach(WorkerServer::close), BEFORE_SPARK);
  }

  private WorkerServers() {}

  /**
   * Returns this JVM's server for a task, which is started if need be, and known to the driver.
   *
   * @param key lease of the task that asks
   */
  public static WorkerServer get(ServerSpec spec, LeaseKey key) {
    WorkerServer server = started(spec, key);
    try {
      server.awaitAnnounced();
    } catch (IOException e) {
      stop(server.serverId()).join();
      throw new UncheckedIOException("Cannot start a server: " + e.getMessage(), e);
    }
    return server;
  }

  private static synchronized WorkerServer started(ServerSpec spec, LeaseKey key) {
    if (ENDED.contains(spec.runId())) {
      // A task of a query that was stopped may begin even now, and would take the port again.
      throw new IllegalStateException(
          "Cannot serve any more: %s has ended".formatted(spec.runId()));
    }
    String slot = ServerSpec.slot(spec.scope(), key.partition());
    return BY_PLACE.computeIfAbsent(
        new Place(spec.runId(), slot),
        place -> WorkerServer.start(spec, place, NanoClock.SYSTEM, new Stopping(spec.runId())));
  }

  private static void beat(WorkerServer server) {
    new UnbrokenTask("tell the driver that " + server.serverId() + " lives", server::beat).run();
  }

  private static synchronized List<WorkerServer> all() {
    return List.copyOf(BY_PLACE.values());
  }

  /** Stops a server whose service has ended, and starts no other of that service. */
  static CompletableFuture<Void> end(String runId, String serverId) {
    synchronized (WorkerServers.class) {
      ENDED.add(runId);
    }
    return stop(serverId);
  }

  /** Stops a server, on a thread of its own; complete when the server's port is free. */
  private static CompletableFuture<Void> stop(String serverId) {
    Optional<WorkerServer> stopped;
    synchronized (WorkerServers.class) {
      stopped =
          BY_PLACE.values().stream()
              .filter(server -> server.serverId().equals(serverId))
              .findFirst();
      stopped.ifPresent(server -> BY_PLACE.remove(server.place()));
    }
    // Whoever has taken it out before has asked the same thread, which closes it first.
    return CompletableFuture.runAsync(() -> stopped.ifPresent(WorkerServer::close), THREAD);
  }

  /** Stops servers of one run of a service that the driver has left. */
  private record Stopping(String runId) implements DriverLink.DriverLoss {
    @Override
    public void forgotten(String serverId) {
      end(runId, serverId);
    }

    @Override
    public void abandoned(String serverId) {
      stop(serverId);
    }
  }
}
