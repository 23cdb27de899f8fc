package io.sparkserving.server.limits;

import io.sparkserving.exchange.NanoClock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A value for each key that was asked for of late. Keys stand in two generations: those of the
 * current one, and those of the one before that nobody has asked for since. When the current one is
 * old or full, a new one begins and the one before is forgotten, so nothing is ever searched. All
 * threads may call all methods.
 */
final class RecentlySeen<V> {
  /** Keys of a generation; a bucket with its key is some 200 bytes. */
  static final int MOST = 20_000;

  /** Less often than this a change of generations costs nothing. */
  private static final Duration LEAST_AGE = Duration.ofMinutes(1);

  private final Supplier<V> initial;
  private final long ageNanos;
  private final NanoClock clock;
  private volatile Generation<V> current;

  /**
   * Begins without any key.
   *
   * @param initial makes the value of a key that is new, or forgotten
   * @param least how long a key is kept at least, unless there are too many
   */
  RecentlySeen(Supplier<V> initial, Duration least, NanoClock clock) {
    this.initial = initial;
    this.ageNanos = (least.compareTo(LEAST_AGE) > 0 ? least : LEAST_AGE).toNanos();
    this.clock = clock;
    this.current = new Generation<>(Map.of(), clock.nanoTime());
  }

  /** The value of a key. */
  V get(String key) {
    Generation<V> now = current;
    if (clock.nanoTime() - now.begunNanos > ageNanos) {
      now = next(now);
    }
    V known = now.values.get(key);
    if (known != null) {
      return known;
    }
    if (now.values.size() >= MOST) {
      now = next(now);
    }
    Map<String, V> before = now.before;
    return now.values.computeIfAbsent(
        key,
        asked -> {
          V former = before.get(asked);
          return former == null ? initial.get() : former;
        });
  }

  /** Begins a new generation, unless another thread has just done so. */
  private synchronized Generation<V> next(Generation<V> old) {
    if (current == old) {
      current = new Generation<>(old.values, clock.nanoTime());
    }
    return current;
  }

  /** Number of keys that are kept, those twice that stand in both generations. */
  int size() {
    Generation<V> now = current;
    return now.values.size() + now.before.size();
  }

  private static final class Generation<V> {
    final ConcurrentHashMap<String, V> values = new ConcurrentHashMap<>();
    final Map<String, V> before;
    final long begunNanos;

    Generation(Map<String, V> before, long begunNanos) {
      this.before = before;
      this.begunNanos = begunNanos;
    }
  }
}
