package io.sparkserving.exchange;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The latest {@value #MOST} answers of status 400 and above: when and which, nothing of what was
 * asked or answered. All threads may call all methods; no method waits.
 */
public final class RecentErrors {
  static final int MOST = 20;

  /**
   * An answer of status 400 or above.
   *
   * @param time when the answer was on its way to the client
   * @param status of HTTP
   */
  public record ErrorAnswer(Instant time, int status) {}

  private final InstantSource clock;
  private final AtomicReferenceArray<ErrorAnswer> ring = new AtomicReferenceArray<>(MOST);
  private final AtomicLong recorded = new AtomicLong();

  RecentErrors(InstantSource clock) {
    this.clock = clock;
  }

  void record(int status) {
    int place = (int) (recorded.getAndIncrement() % MOST);
    ring.set(place, new ErrorAnswer(clock.instant(), status));
  }

  /** The errors, the latest one first. */
  public List<ErrorAnswer> latest() {
    List<ErrorAnswer> all = new ArrayList<>();
    for (int place = 0; place < MOST; place++) {
      ErrorAnswer error = ring.get(place);
      if (error != null) {
        all.add(error);
      }
    }
    all.sort(Comparator.comparing(ErrorAnswer::time).reversed());
    return List.copyOf(all);
  }
}
