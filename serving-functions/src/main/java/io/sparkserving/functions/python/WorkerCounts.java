package io.sparkserving.functions.python;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.FunctionMeasurements;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the workers of a function in this JVM have been through.
 *
 * @param starts of workers, also those that failed
 * @param deaths of workers that had a batch
 * @param timeouts workers that were stopped since they took too long for a batch
 * @param functionNanos nanoseconds that the function itself took
 */
public record WorkerCounts(long starts, long deaths, long timeouts, long functionNanos) {
  static final WorkerCounts NONE = new WorkerCounts(0, 0, 0, 0);

  /** The same as it goes on. All threads may call all methods. */
  static final class Counters {
    private final LongAdder functionNanos = new LongAdder();

    @GuardedBy("this")
    private final Set<FunctionMeasurements> measurements = new HashSet<>();

    @GuardedBy("this")
    private long starts;

    @GuardedBy("this")
    private long deaths;

    @GuardedBy("this")
    private long timeouts;

    void noteStart() {
      note(1, 0, 0);
    }

    void noteDeath() {
      note(0, 1, 0);
    }

    void noteTimeout() {
      note(0, 0, 1);
    }

    void noteFunction(long nanos) {
      functionNanos.add(nanos);
    }

    private synchronized void note(long moreStarts, long moreDeaths, long moreTimeouts) {
      starts += moreStarts;
      deaths += moreDeaths;
      timeouts += moreTimeouts;
      measurements.forEach(each -> each.noteWorkers(moreStarts, moreDeaths, moreTimeouts));
    }

    /** Has measurements count what there was, and what comes. */
    synchronized void noteAlso(FunctionMeasurements also) {
      if (measurements.add(also)) {
        also.noteWorkers(starts, deaths, timeouts);
      }
    }

    synchronized WorkerCounts counts() {
      return new WorkerCounts(starts, deaths, timeouts, functionNanos.sum());
    }
  }
}
