package io.sparkserving.query;

import io.sparkserving.driver.ServiceRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a query when its JVM is told to end (SIGTERM, Ctrl-C, {@code System.exit}), and tidies up
 * once after the query's end, however that came.
 *
 * <p>Spark's own shutdown hook takes the context from under a running query; the hook of this class
 * comes before Spark's.
 */
final class QueryEnd extends StreamingQueryListener {
  private static final Logger LOG = LoggerFactory.getLogger(QueryEnd.class);

  /** Spark's own hook runs at priority 40; hooks of higher priority run earlier. */
  private static final int BEFORE_SPARK = 100;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final StreamingQuery query;
  private final Runnable tidyUp;
  private final Runnable shutdownHook = this::stop;
  private final AtomicBoolean ended = new AtomicBoolean();

  private QueryEnd(StreamingQuery query, Runnable tidyUp) {
    this.query = query;
    this.tidyUp = tidyUp;
  }

  /**
   * Takes care of a query that has just started.
   *
   * @param tidyUp runs once, on the thread of Spark's listeners, on a shutdown hook's, or on this
   *     one if the query has ended already; must not throw
   */
  static QueryEnd watch(StreamingQuery query, Runnable tidyUp) {
    QueryEnd end = new QueryEnd(query, tidyUp);
    end.allow(Duration.ZERO);
    query.sparkSession().streams().addListener(end);
    if (!query.isActive()) {
      end.end();
    }
    return end;
  }

  /**
   * Allows the query time to drain when the JVM ends, besides the 20 seconds that it has to be
   * stopped.
   */
  void allow(Duration toDrain) {
    ShutdownHookManager hooks = ShutdownHookManager.get();
    if (hooks.isShutdownInProgress()) {
      return;
    }
    synchronized (ended) {
      hooks.removeShutdownHook(shutdownHook);
      if (!ended.get()) {
        hooks.addShutdownHook(
            shutdownHook, BEFORE_SPARK, PATIENCE.plus(toDrain).toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  @Override
  public void onQueryStarted(QueryStartedEvent event) {}

  @Override
  public void onQueryProgress(QueryProgressEvent event) {}

  @Override
  public void onQueryTerminated(QueryTerminatedEvent event) {
    if (event.runId().equals(query.runId())) {
      end();
    }
  }

  private void end() {
    query.sparkSession().streams().removeListener(this);
    tidyUpOnce();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      synchronized (ended) {
        ShutdownHookManager.get().removeShutdownHook(shutdownHook);
      }
    }
  }

  private void stop() {
    try {
      ServiceRegistry.jvm().beginDraining();
      DrainingQuery.drainAndStop(query);
      QueryTasks.awaitEnd(query);
    } catch (TimeoutException | RuntimeException e) {
      LOG.warn("Cannot stop query {} while the JVM goes down", query.id(), e);
    }
    tidyUpOnce();
  }

  private void tidyUpOnce() {
    if (ended.compareAndSet(false, true)) {
      tidyUp.run();
    }
  }
}
