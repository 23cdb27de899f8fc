package io.sparkserving.exchange;

import java.util.concurrent.TimeUnit;

/**
 * Whether a task that has not answered all requests may have another one. What a task has cannot be
 * taken from it any more, when clients leave or another task is free. So a task has no more than a
 * few while its answers keep coming. A task that answers none for a while collects requests, as
 * tasks with Python functions do, and answers many at once: it may have as many as it answers in a
 * while that is short for it. One that answers none for longer than that may wait for the very
 * request that it does not have, and gets more by and by. Used by one thread at a time, the one
 * that takes for the task.
 */
final class ReadAhead {
  private static final long LEAST_STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LEAST_COLLECTED_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final double WEIGHT = 0.5;
  private static final int TIMES_STALL = 2;
  private static final int TIMES_COLLECTED = 2;
  private static final int TIMES_UNHURRIED = 2;

  private final Pace pace;
  private long answered;
  private long lastAnswer;

  /** Since when the task has had something to answer, and has answered nothing. */
  private long busySince;

  /** For how long the task may collect requests; 0 if nothing is known. */
  private double collectedNanos;

  /** When the task last began to answer what it had collected; 0 if it never did. */
  private long burst;

  private long answeredBeforeBurst;
  private double quickestStall;

  /** How many it has answered in how many nanoseconds, of late. */
  private double answers;

  private double nanos;

  ReadAhead(Pace pace) {
    this.pace = pace;
  }

  /**
   * Notes how many requests the task has answered by now.
   *
   * @param unanswered number of requests that it has besides
   */
  void note(long number, long unanswered, long now) {
    if (number != answered) {
      if (now - busySince >= LEAST_STALL_NANOS) {
        noteBurst(now);
      }
      answered = number;
      lastAnswer = now;
      busySince = now;
    } else if (unanswered == 0) {
      busySince = now;
    }
  }

  private void noteBurst(long now) {
    if (burst != 0) {
      answers = WEIGHT * answers + (answered - answeredBeforeBurst);
      nanos = WEIGHT * nanos + (now - burst);
      double stall = now - lastAnswer;
      quickestStall = quickestStall == 0 ? stall : Math.min(stall, quickestStall * Pace.FORGETTING);
      collectedNanos = Math.max(LEAST_COLLECTED_NANOS, TIMES_STALL * quickestStall);
    }
    burst = now;
    answeredBeforeBurst = answered;
  }

  /**
   * How long the task may not have another request, unless it answers one; 0 if it may have one.
   *
   * @param unanswered number of requests that it has
   * @param most number of requests that a task may have whose answers keep coming
   */
  long pauseNanos(long unanswered, int most, long now) {
    if (unanswered < most) {
      return 0;
    }
    long since = now - busySince;
    long stall = Math.max(LEAST_STALL_NANOS, TIMES_UNHURRIED * pace.unhurriedNanos());
    if (since < stall) {
      return stall - since;
    }
    long period = (long) Math.max(stall, TIMES_COLLECTED * collectedNanos);
    double collected = Math.max(most, answers / Math.max(1, nanos) * collectedNanos);
    return unanswered < collected * (1 + since / period) ? 0 : period - since % period;
  }
}
