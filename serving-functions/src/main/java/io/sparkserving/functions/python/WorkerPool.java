package io.sparkserving.functions.python;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.functions.batch.BatchRunner;
import io.sparkserving.functions.python.UseQuestion.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The workers of a function in this JVM. All threads may call all methods. */
final class WorkerPool {
  private final PythonFunction function;
  private final NanoClock clock;
  private final WorkerCounts.Counters counters = new WorkerCounts.Counters();
  private final List<WorkerSlot> slots = new ArrayList<>();
  private final AtomicInteger users = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();

  /** Spark's ids of the queries whose tasks have used the workers. */
  private final Set<String> queries = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean isAsking = new AtomicBoolean();
  private volatile long lastUsed;
  private volatile long lastWanted;
  private volatile long lastAsked;

  WorkerPool(PythonFunction function, NanoClock clock) {
    this.function = function;
    this.clock = clock;
    this.lastWanted = clock.nanoTime();
    this.lastAsked = lastWanted;
    for (int i = 0; i < function.workers(); i++) {
      slots.add(new WorkerSlot(function, clock, counters));
    }
  }

  /** Keeps the workers from being idle until {@link #unuse}. */
  void use() {
    users.incrementAndGet();
  }

  void unuse() {
    lastUsed = clock.nanoTime();
    users.decrementAndGet();
  }

  /** Notes the query of a task that uses the workers. */
  void noteQuery(String query) {
    queries.add(query);
  }

  /** Whether nobody has used the workers, or is known to need them, for so long. */
  boolean isIdle(long now, long nanos) {
    return isUnused(now, nanos) && now - lastWanted >= nanos;
  }

  /** Whether nobody has used the workers for so long. */
  boolean isUnused(long now, long nanos) {
    return users.get() == 0 && now - lastUsed >= nanos;
  }

  /** Returns what to ask the driver now, if anything; {@link #noteAnswer} is to follow. */
  @Nullable Question question(long now, long nanos) {
    ServiceEndpoint driver = function.driver();
    if (driver == null
        || now - lastAsked < nanos
        || !isUnused(now, nanos)
        || !isAsking.compareAndSet(false, true)) {
      return null;
    }
    lastAsked = now;
    return new Question(driver, function.id(), Set.copyOf(queries));
  }

  /** Notes that the driver has answered, or nobody has; null then. */
  void noteAnswer(@Nullable FunctionUse use, long asked) {
    if (use == FunctionUse.ACTIVE) {
      lastWanted = asked;
    }
    isAsking.set(false);
  }

  /** Opens a runner for someone who uses the pool, until the runner is closed. */
  BatchRunner open() {
    WorkerSlot slot = leastUsed();
    slot.runners().incrementAndGet();
    // The first batch finds a worker that is set up, or has less to wait for.
    WorkerProcess unused = slot.readyWorker();
    WorkerLine line = new WorkerLine(function, slot, clock, counters);
    return new PythonRunner(
        function,
        slot,
        line,
        counters,
        () -> {
          slot.runners().decrementAndGet();
          unuse();
        });
  }

  /** The slot with the fewest runners; among those, each in turn. */
  private WorkerSlot leastUsed() {
    int first = Math.floorMod(opened.getAndIncrement(), slots.size());
    WorkerSlot least = slots.get(first);
    for (int i = 1; i < slots.size(); i++) {
      WorkerSlot slot = slots.get((first + i) % slots.size());
      least = slot.runners().get() < least.runners().get() ? slot : least;
    }
    return least;
  }

  /** Starts all workers and waits until they are set up. */
  void warm() throws InterruptedException, WorkerSetupException {
    List<WorkerStart> starts = new ArrayList<>();
    for (WorkerSlot slot : slots) {
      try {
        starts.add(slot.start());
      } catch (WorkerUnavailableException e) {
        throw new WorkerSetupException("The worker could not be set up a moment ago", e);
      }
    }
    for (WorkerStart start : starts) {
      try {
        WorkerProcess unused = start.ready().get(WorkerStart.MOST_NANOS, TimeUnit.NANOSECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw e.getCause() instanceof WorkerSetupException failure
            ? failure
            : new WorkerSetupException("The worker was not set up in time", e);
      }
    }
  }

  /** Stops what takes too long; by the watch. */
  void look(long now) {
    slots.forEach(slot -> slot.look(now));
  }

  void stop() {
    slots.forEach(WorkerSlot::stop);
  }

  WorkerCounts counts() {
    return counters.counts();
  }
}
