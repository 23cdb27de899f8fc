package io.sparkserving.functions.python;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.UnbrokenTask;
import io.sparkserving.functions.batch.BatchRunner;
import io.sparkserving.functions.python.UseQuestion.Question;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The workers of all functions in this JVM, by function. One daemon thread, the watch, stops what
 * takes too long and what is no longer used; it ends when no function is left. All threads may call
 * all methods.
 */
final class WorkerPools {

  /** How long workers stay that nobody uses, as far as this JVM can learn. */
  static final Duration IDLE = Duration.ofSeconds(60);

  /** How often the driver is asked about workers that nobody uses just now. */
  static final Duration ASK = Duration.ofSeconds(2);

  /** Where a task's thread has Spark's id of its query. */
  private static final String QUERY_ID_PROPERTY = "sql.streaming.queryId";

  private static final long LOOK_MILLIS = 50;

  private final NanoClock clock;
  private final UseQuestion driver;
  private final ConcurrentMap<String, WorkerPool> pools = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor watch;

  @GuardedBy("this")
  private @Nullable Future<?> looking;

  WorkerPools(NanoClock clock) {
    this(clock, UseQuestion::byChannel);
  }

  WorkerPools(NanoClock clock, UseQuestion driver) {
    this.clock = clock;
    this.driver = driver;
    this.watch =
        new ScheduledThreadPoolExecutor(
            1,
            look -> {
              Thread thread = new Thread(look, "serving-function-watch");
              thread.setDaemon(true);
              return thread;
            });
    watch.setRemoveOnCancelPolicy(true);
    watch.setKeepAliveTime(1, TimeUnit.SECONDS);
    watch.allowCoreThreadTimeOut(true);
  }

  BatchRunner open(PythonFunction function) {
    WorkerPool pool = used(function);
    TaskContext task = TaskContext.get();
    String query = task == null ? null : task.getLocalProperty(QUERY_ID_PROPERTY);
    if (query != null) {
      pool.noteQuery(query);
    }
    return pool.open();
  }

  void warm(PythonFunction function) throws InterruptedException, WorkerSetupException {
    WorkerPool pool = used(function);
    try {
      pool.warm();
    } finally {
      pool.unuse();
    }
  }

  private WorkerPool used(PythonFunction function) {
    WorkerPool used =
        pools.compute(
            function.id(),
            (id, known) -> {
              WorkerPool pool = known == null ? new WorkerPool(function, clock) : known;
              pool.use();
              return pool;
            });
    watch();
    return used;
  }

  private synchronized void watch() {
    if (looking == null) {
      looking =
          watch.scheduleWithFixedDelay(
              new UnbrokenTask("look after the workers of functions", this::look),
              LOOK_MILLIS,
              LOOK_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  /** Stops what takes too long and what is no longer used; by the watch. */
  void look() {
    long now = clock.nanoTime();
    for (String id : pools.keySet()) {
      WorkerPool pool = pools.get(id);
      if (pool != null && pool.isIdle(now, IDLE.toNanos())) {
        stopIf(id, found -> found.isIdle(now, IDLE.toNanos()));
      } else if (pool != null) {
        pool.look(now);
        ask(id, pool, now);
      }
    }
    rest();
  }

  private void ask(String id, WorkerPool pool, long now) {
    Question question = pool.question(now, ASK.toNanos());
    if (question == null) {
      return;
    }
    CompletableFuture<?> unused =
        driver
            .ask(question)
            .whenComplete(
                (use, failure) -> {
                  pool.noteAnswer(use, now);
                  if (use == FunctionUse.ENDED) {
                    // Not if a query has begun to use them since.
                    stopIf(id, found -> found == pool && found.isUnused(now, ASK.toNanos()));
                  }
                });
  }

  private void stopIf(String id, Predicate<WorkerPool> condition) {
    WorkerPool[] idle = new WorkerPool[1];
    pools.computeIfPresent(
        id,
        (same, pool) -> {
          boolean isIdle = condition.test(pool);
          idle[0] = isIdle ? pool : null;
          return isIdle ? null : pool;
        });
    if (idle[0] != null) {
      idle[0].stop();
    }
  }

  private synchronized void rest() {
    if (pools.isEmpty() && looking != null) {
      looking.cancel(false);
      looking = null;
    }
  }

  void stop(String functionId) {
    WorkerPool pool = pools.remove(functionId);
    if (pool != null) {
      pool.stop();
    }
  }

  WorkerCounts counts(String functionId) {
    WorkerPool pool = pools.get(functionId);
    return pool == null ? WorkerCounts.NONE : pool.counts();
  }
}
