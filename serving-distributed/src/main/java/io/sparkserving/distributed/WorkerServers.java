package io.sparkserving.distributed;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of this JVM, one for each run of a service. A per-JVM singleton, with one daemon
 * thread that tells the driver that they live, and that stops them.
 */
final class WorkerServers {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerServers.class);
  private static final long BEAT_SECONDS = 1;

  /** Spark's own hook runs at 40; higher ones run earlier. */
  private static final int BEFORE_SPARK = 100;

  @GuardedBy("WorkerServers.class")
  private static final Map<String, WorkerServer> BY_RUN = new HashMap<>();

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
   * This JVM's server of a service, started if need be, and known to the driver.
   *
   * @param batch of the task that asks
   */
  static WorkerServer get(ServerSpec spec, long batch) {
    WorkerServer server = started(spec, batch);
    try {
      server.awaitAnnounced();
    } catch (IOException e) {
      stop(server).join();
      throw new UncheckedIOException("Cannot announce a server to the driver", e);
    }
    return server;
  }

  private static synchronized WorkerServer started(ServerSpec spec, long batch) {
    return BY_RUN.computeIfAbsent(spec.runId(), run -> WorkerServer.start(spec, batch));
  }

  /** A beat that throws would be the last: the thread's schedule ends with it. */
  private static void beat(WorkerServer server) {
    try {
      server.beat();
    } catch (RuntimeException e) {
      LOG.warn("Cannot tell the driver that {} lives", server.serverId(), e);
    }
  }

  private static synchronized List<WorkerServer> all() {
    return List.copyOf(BY_RUN.values());
  }

  /** Stops a server, on a thread of its own; complete when its port is free. */
  static CompletableFuture<Void> stop(WorkerServer server) {
    synchronized (WorkerServers.class) {
      BY_RUN.remove(server.runId(), server);
    }
    return CompletableFuture.runAsync(server::close, THREAD);
  }
}
