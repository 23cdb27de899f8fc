package io.sparkserving.driver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.options.ServiceConfiguration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One run of a query that takes a service's requests, from the start of its source to its end.
 * Called on the query's thread; {@link #noteReader}, {@link #settle}, and whatever only tells how
 * the query is, on any thread.
 */
public final class Consumer {
  private final ServiceRegistry registry;
  private final RunningService service;
  private final ServiceConfiguration configuration;
  private final QueryRun query;
  private final long term;

  @GuardedBy("this")
  private final Set<Integer> readers = new HashSet<>();

  @GuardedBy("this")
  private int expectedReaders;

  @GuardedBy("this")
  private long expectedBatch;

  @GuardedBy("this")
  private long begun;

  @GuardedBy("this")
  private long settled;

  @GuardedBy("this")
  private OptionalLong drainingSince = OptionalLong.empty();

  private volatile boolean ready;
  private volatile @Nullable QueryKind kind;

  Consumer(
      ServiceRegistry registry,
      RunningService service,
      ServiceConfiguration configuration,
      QueryRun query,
      long term) {
    this.registry = registry;
    this.service = service;
    this.configuration = configuration;
    this.query = query;
    this.term = term;
  }

  /** The service whose requests the query takes. */
  public RunningService service() {
    return service;
  }

  /** The options of this query; the service may have been opened for an earlier query. */
  public ServiceConfiguration configuration() {
    return configuration;
  }

  /** The term in which the query's tasks take requests. */
  public long term() {
    return term;
  }

  /** Says how the query takes requests, for whoever asks. */
  public void noteKind(QueryKind known) {
    kind = known;
  }

  /** How the query takes requests; null until it has said so. */
  public @Nullable QueryKind kind() {
    return kind;
  }

  /** Spark's id of the query. */
  public String queryId() {
    return query.id();
  }

  /** The run of the query. */
  QueryRun query() {
    return query;
  }

  /** Whether the query's tasks take requests, or would if there were any. */
  boolean isReady() {
    return ready;
  }

  /** Notes the batch that the query works on, if it works in batches that end. */
  public synchronized void begin(long batch) {
    begun = batch;
  }

  /**
   * The query has finished the batch it had begun, and delivered all replies of that batch. Tells
   * the service once a batch, and does not wait.
   */
  public void settle() {
    long batch;
    synchronized (this) {
      if (settled >= begun) {
        return;
      }
      settled = begun;
      batch = settled;
    }
    service.settle(term, batch);
  }

  /** Readers are about to be made, and the query is ready when all of them are there. */
  public synchronized void expectReaders(long batch, int count) {
    expectedBatch = batch;
    expectedReaders = count;
    readers.clear();
  }

  /** A reader is there; the query is ready with the last of those that are expected. */
  public void noteReader(LeaseKey key) {
    boolean complete;
    synchronized (this) {
      complete =
          key.batch() == expectedBatch
              && readers.add(key.partition())
              && readers.size() == expectedReaders;
    }
    if (complete) {
      ready();
    }
  }

  /** From now on requests may be for this query. */
  public void ready() {
    if (!ready) {
      ready = true;
      takeOver();
    }
  }

  /**
   * Takes over from the query that this one is to replace, ready or not: from now on requests wait
   * for this query. Does nothing if this query is to replace none.
   */
  public void takeOver() {
    registry.takeOver(this);
  }

  /** Whether requests are for another query by now. */
  public boolean isSuperseded() {
    return registry.isSuperseded(this);
  }

  /**
   * The query is about to be stopped: its service is not ready any more.
   *
   * @return when this was called first, on the registry's clock
   */
  long beginDraining() {
    long now = registry.nanoClock().nanoTime();
    synchronized (this) {
      if (drainingSince.isPresent()) {
        return drainingSince.getAsLong();
      }
      drainingSince = OptionalLong.of(now);
    }
    // Sends messages to servers: not under a lock that the query's thread may want.
    service.drain(term);
    return now;
  }

  /** Whether the query is about to be stopped. */
  synchronized boolean isDraining() {
    return drainingSince.isPresent();
  }

  /**
   * Takes in no more requests for the query, and returns how many it has not answered yet. Waits
   * for a bounded time.
   */
  int refuse() {
    return service.refuse(term);
  }

  /**
   * The query has ended. The service goes on if another query takes its requests or is to, or if
   * the query is supervised; otherwise this waits for a bounded time until the service has closed.
   */
  public void detach() {
    registry.detach(this);
  }

  @Override
  public String toString() {
    return "query " + query.id();
  }
}
