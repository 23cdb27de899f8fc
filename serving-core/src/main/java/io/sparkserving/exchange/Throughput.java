package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many requests a query answers in a while in which it always had some to answer. Used under
 * the queue's lock.
 */
final class Throughput {
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int ENOUGH = 8;
  private static final double WEIGHT = 0.3;

  private final LongSupplier answered;
  private boolean isMeasuring;
  private long begun;
  private long answeredBefore;

  /** How long requests waited before the last pauses, and how many were answered then. */
  private long nanosBefore;

  private long numberBefore;

  /** Since when no request waits, if none does, and for how long none did before. */
  private long pausedSince;

  private long pausedNanos;

  private double perNano;
  private long measured;

  /**
   * Begins to know nothing.
   *
   * @param answered how many requests the query has answered so far
   */
  Throughput(LongSupplier answered) {
    this.answered = answered;
  }

  /** Notes that no request waits for the query at the moment. */
  void pause(long now) {
    if (isMeasuring) {
      isMeasuring = false;
      pausedSince = now;
      nanosBefore += now - begun;
      numberBefore += answered.getAsLong() - answeredBefore;
    }
  }

  /** Leaves out the time since the last look: the query was not there to answer. */
  void skip(long now) {
    if (isMeasuring) {
      isMeasuring = false;
      pausedSince = now;
    }
  }

  /**
   * Looks at what was answered, once long enough after the last look.
   *
   * @param isLeast whether the query may have had too little to answer, and could have done more
   */
  void look(long now, boolean isLeast) {
    if (!isMeasuring) {
      isMeasuring = true;
      pausedNanos += now - pausedSince;
      begin(now, answered.getAsLong());
      return;
    }
    long nanos = nanosBefore + now - begun;
    if (nanos < LEAST_NANOS) {
      return;
    }
    long so = answered.getAsLong();
    long number = numberBefore + so - answeredBefore;
    if (number >= ENOUGH || nanos >= MOST_NANOS) {
      note((double) number / nanos, isLeast, now);
      nanosBefore = 0;
      numberBefore = 0;
      begin(now, so);
    }
  }

  private void begin(long now, long so) {
    begun = now;
    answeredBefore = so;
  }

  private void note(double rate, boolean isLeast, long now) {
    if (perNano == 0) {
      perNano = rate;
      measured = now;
    } else if (rate > perNano || !isLeast) {
      perNano += WEIGHT * (rate - perNano);
      measured = now;
    }
  }

  /** Begins to know nothing again. */
  void forget(long now) {
    pause(now);
    nanosBefore = 0;
    numberBefore = 0;
    perNano = 0;
  }

  /** Counts from now on for how long no request waits. */
  void countPauses(long now) {
    pausedSince = now;
    pausedNanos = 0;
  }

  /** For how long no request has waited since {@link #countPauses}. */
  long pausedNanos(long now) {
    return isMeasuring ? pausedNanos : pausedNanos + now - pausedSince;
  }

  /** Whether the last measure tells of now. */
  boolean isRecent(long now) {
    return now - measured < RECENT_NANOS;
  }

  /** Requests in a nanosecond; 0 if nothing is known yet. */
  double perNano() {
    return perNano;
  }
}
