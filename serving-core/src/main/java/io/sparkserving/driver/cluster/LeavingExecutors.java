package io.sparkserving.driver.cluster;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.server.worker.Announcement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Executors that Spark decommissions, until they have gone. Every method is called with the lock of
 * {@link KnownServers} held.
 */
final class LeavingExecutors {
  private final long leavingNanos;
  private final NanoClock clock;
  private final Map<String, Long> sinceNanos = new HashMap<>();

  /**
   * @param leavingTime how long readers of an executor that leaves may have requests to answer
   */
  LeavingExecutors(Duration leavingTime, NanoClock clock) {
    this.leavingNanos = leavingTime.toNanos();
    this.clock = clock;
  }

  /** Adds an executor that leaves from now on, and returns false if it was leaving already. */
  boolean add(String executorId) {
    return sinceNanos.putIfAbsent(executorId, clock.nanoTime()) == null;
  }

  /** Forgets an executor that has gone. */
  void remove(String executorId) {
    sinceNanos.remove(executorId);
  }

  /** Whether the server's executor is leaving. */
  boolean have(Announcement server) {
    return sinceNanos.containsKey(server.executorId());
  }

  /** The executors whose readers may still have requests to answer. */
  Set<String> stillDraining() {
    long now = clock.nanoTime();
    Set<String> executors = new TreeSet<>();
    sinceNanos.forEach(
        (executor, since) -> {
          if (now - since < leavingNanos) {
            executors.add(executor);
          }
        });
    return executors;
  }
}
