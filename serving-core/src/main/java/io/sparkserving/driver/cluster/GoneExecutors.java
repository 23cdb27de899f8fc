package io.sparkserving.driver.cluster;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Executors that have gone, the latest of them: what one of them has said may arrive later. Every
 * method is called with the lock of {@link KnownServers} held.
 */
final class GoneExecutors {
  private static final int MOST = 1_000;

  private final Set<String> ids =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > MOST;
            }
          });

  void add(String executorId) {
    ids.add(executorId);
  }

  /** Notes that Spark has given an executor this id. */
  void remove(String executorId) {
    ids.remove(executorId);
  }

  boolean have(String executorId) {
    return ids.contains(executorId);
  }
}
