package io.sparkserving.driver.cluster;

import io.sparkserving.server.worker.Announcement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Executors that Spark decommissions, until they have gone. Every method is called with the
 * coordinator's lock held.
 */
final class LeavingExecutors {
  private final Map<String, Long> sinceNanos = new HashMap<>();

  /** False if that is known already. */
  boolean add(String executorId) {
    return sinceNanos.putIfAbsent(executorId, System.nanoTime()) == null;
  }

  void remove(String executorId) {
    sinceNanos.remove(executorId);
  }

  /** Whether the server's executor is one of them. */
  boolean have(Announcement server) {
    return sinceNanos.containsKey(server.executorId());
  }

  /** Of these servers, those of the executors that stay. */
  List<Announcement> without(Iterable<Announcement> servers) {
    List<Announcement> staying = new ArrayList<>();
    for (Announcement server : servers) {
      if (!have(server)) {
        staying.add(server);
      }
    }
    return staying;
  }

  /** Those that have not been leaving for so long. */
  Set<String> forLessThan(long nanos) {
    Set<String> executors = new TreeSet<>();
    sinceNanos.forEach(
        (executor, since) -> {
          if (System.nanoTime() - since < nanos) {
            executors.add(executor);
          }
        });
    return executors;
  }
}
