package io.sparkserving.exchange;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/**
 * Measurements of a function that a query runs on the rows of a server's requests. A batch costs a
 * few additions, and so does each row on which the function fails. All threads may call all
 * methods.
 */
public final class FunctionMeasurements {
  /** The kind of failures beyond the first {@value #MOST_KINDS} kinds. */
  public static final String OTHER = "other";

  private static final int MOST_KINDS = 20;

  private final SizeHistogram batchRows = new SizeHistogram();
  private final TimeHistogram time = new TimeHistogram();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final Set<IntSupplier> waiting = ConcurrentHashMap.newKeySet();
  private final LongAdder workerStarts = new LongAdder();
  private final LongAdder workerDeaths = new LongAdder();
  private final LongAdder workerTimeouts = new LongAdder();

  /**
   * Records that a batch is back.
   *
   * @param rows number of its rows, positive
   * @param nanos since it was sent
   */
  public void noteBatch(int rows, long nanos) {
    batchRows.record(rows);
    time.record(nanos);
  }

  /**
   * Records that the function failed on a row.
   *
   * @param kind name of the exception's class, or what else was wrong
   */
  public void noteError(String kind) {
    LongAdder count = errors.get(kind);
    if (count == null) {
      count = added(kind);
    }
    count.increment();
  }

  private synchronized LongAdder added(String kind) {
    boolean isNamed = errors.size() < MOST_KINDS || errors.containsKey(kind);
    return errors.computeIfAbsent(isNamed ? kind : OTHER, added -> new LongAdder());
  }

  /** Counts a place where rows wait, until {@link #removeWaiting}. */
  public void addWaiting(IntSupplier rows) {
    waiting.add(rows);
  }

  /** Counts a place where rows wait no more. */
  public void removeWaiting(IntSupplier rows) {
    waiting.remove(rows);
  }

  /** Records what became of processes that run the function, so many of each. */
  public void noteWorkers(long starts, long deaths, long timeouts) {
    workerStarts.add(starts);
    workerDeaths.add(deaths);
    workerTimeouts.add(timeouts);
  }

  /** How many rows batches had. */
  public SizeHistogram batchRows() {
    return batchRows;
  }

  /** Times from when a batch was sent until all that came of it was there. */
  public TimeHistogram time() {
    return time;
  }

  /** The kinds of failures that there were. */
  public Set<String> errorKinds() {
    return errors.keySet();
  }

  /** How many rows there were on which the function failed in a way. */
  public long errors(String kind) {
    LongAdder count = errors.get(kind);
    return count == null ? 0 : count.sum();
  }

  /** How many rows wait while a batch is under way. */
  public int waitingRows() {
    return waiting.stream().mapToInt(IntSupplier::getAsInt).sum();
  }

  /** How often a process was started, also in vain. */
  public long workerStarts() {
    return workerStarts.sum();
  }

  /** How many processes ended with a batch. */
  public long workerDeaths() {
    return workerDeaths.sum();
  }

  /** How many processes were stopped since they took too long for a batch. */
  public long workerTimeouts() {
    return workerTimeouts.sum();
  }
}
