package io.sparkserving.distributed.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.driver.cluster.Backend;
import io.sparkserving.exchange.NanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The servers behind a gateway, with the number of requests that each has open. Belongs to whoever
 * knows which servers there are; safe for many threads, and never waits.
 *
 * <p>A server that fails is skipped for a second, then tried with one request; while that request
 * is open, the server is skipped for another second. Where nothing else is left, skipped servers
 * are tried all the same.
 */
public final class Backends {
  /** How a request ended, as far as it tells something about the server. */
  enum Ending {
    /** The server answers. */
    ANSWERED,
    /** The server cannot be reached, breaks off, is silent, or says itself that it cannot serve. */
    FAILED,
    /** Nothing can be told, as when the client left. */
    UNKNOWN
  }

  private static final long SKIP_NANOS = Duration.ofSeconds(1).toNanos();

  private final NanoClock clock;

  @GuardedBy("this")
  private List<BackendLoad> loads = List.of();

  @GuardedBy("this")
  private int turn;

  /** Makes backends without any server yet. */
  public Backends() {
    this(NanoClock.SYSTEM);
  }

  Backends(NanoClock clock) {
    this.clock = clock;
  }

  /**
   * Sets the servers from now on. A server that was there before keeps its count. A server that is
   * no longer named gets no more requests, and may finish those it has.
   */
  public synchronized void set(Collection<Backend> backends) {
    Map<Backend, BackendLoad> known = new HashMap<>();
    loads.forEach(load -> known.put(load.backend(), load));
    List<BackendLoad> next = new ArrayList<>();
    for (Backend backend : Set.copyOf(backends)) {
      next.add(known.getOrDefault(backend, new BackendLoad(backend)));
    }
    loads = List.copyOf(next);
  }

  /** Returns how many requests each server has open. */
  public synchronized Map<Backend, Integer> outstanding() {
    Map<Backend, Integer> counts = new HashMap<>();
    loads.forEach(load -> counts.put(load.backend(), load.outstanding()));
    return counts;
  }

  /**
   * Returns the server with the fewest open requests, which now has one more; among equals servers
   * take turns. The caller must {@link #release} the server, once.
   *
   * @param tried servers that are left out
   * @return null if there is no other server
   */
  synchronized @Nullable BackendLoad acquire(Collection<BackendLoad> tried) {
    long now = clock.nanoTime();
    BackendLoad best = null;
    turn = Math.floorMod(turn + 1, Math.max(1, loads.size()));
    for (int i = 0; i < loads.size(); i++) {
      BackendLoad load = loads.get((turn + i) % loads.size());
      if (!tried.contains(load) && (best == null || isBetter(load, best, now))) {
        best = load;
      }
    }
    if (best != null) {
      best.take(now, SKIP_NANOS);
    }
    return best;
  }

  private static boolean isBetter(BackendLoad load, BackendLoad best, long now) {
    if (load.isSkipped(now) != best.isSkipped(now)) {
      return best.isSkipped(now);
    }
    return load.outstanding() < best.outstanding();
  }

  synchronized void release(BackendLoad load, Ending ending) {
    load.end();
    switch (ending) {
      case ANSWERED -> load.recover();
      case FAILED -> load.fail(clock.nanoTime(), SKIP_NANOS);
      case UNKNOWN -> {}
    }
  }
}
