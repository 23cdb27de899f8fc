package io.sparkserving.distributed.gateway;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The servers that one request was tried at. A server that has just died leaves any number of
 * connections that nobody knows to be closed: after a few of these the others have their turn. One
 * thread at a time uses the object.
 */
final class TriedServers {
  /** More stale connections than this, one after another, are no coincidence. */
  private static final int FEW_STALE = 2;

  /** How many a server may have where no other is left. */
  private static final int MOST_STALE = 16;

  private final Set<BackendLoad> unreachable = new HashSet<>();
  private final Map<BackendLoad, Integer> stale = new HashMap<>();

  /** Takes the next server to try; null if none is left. */
  @Nullable BackendLoad next(Backends backends) {
    BackendLoad fresh = backends.acquire(leftOut(count -> count > FEW_STALE));
    return fresh != null ? fresh : backends.acquire(leftOut(count -> count > MOST_STALE));
  }

  private Set<BackendLoad> leftOut(Predicate<Integer> tooManyStale) {
    Set<BackendLoad> leftOut = new HashSet<>(unreachable);
    stale.forEach(
        (server, count) -> {
          if (tooManyStale.test(count)) {
            leftOut.add(server);
          }
        });
    return leftOut;
  }

  /** Leaves out, from now on, a server to which no connection could be made. */
  void unreachable(BackendLoad server) {
    unreachable.add(server);
  }

  /** Counts a connection that was closed before use; a new one to the same server may do. */
  void stale(BackendLoad server) {
    stale.merge(server, 1, Integer::sum);
  }
}
