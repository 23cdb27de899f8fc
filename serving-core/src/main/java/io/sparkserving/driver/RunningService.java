package io.sparkserving.driver;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.metrics.DriverCounters;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ServerInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * A service as the driver sees it, wherever its servers are. A service is made when a query is
 * about to start, and may outlive that query. {@link ServiceRegistry} says which query takes its
 * requests.
 *
 * <p>Queries take the requests of a service one after another, each in a term of its own, from 1.
 *
 * <p>Public methods may be called on all threads, and do not wait. Protected methods are called for
 * {@link ServiceRegistry}; each says on which thread, and whether the catalogue's lock is held.
 * While it is held, no other service starts or ends.
 */
public abstract class RunningService {
  private final ServiceConfiguration configuration;
  private final ApiDescription description;

  protected RunningService(ServiceConfiguration configuration) {
    this(configuration, new ApiDescription(configuration));
  }

  protected RunningService(ServiceConfiguration configuration, ApiDescription description) {
    this.configuration = configuration;
    this.description = description;
  }

  /** The options that the service was opened with. */
  public final ServiceConfiguration configuration() {
    return configuration;
  }

  /** The OpenAPI document of the service. */
  public final ApiDescription description() {
    return description;
  }

  /** Every server that listens now, and that clients should call. */
  public abstract List<ServerInfo> servers();

  /** How tasks reach the JVMs that hold the connections. */
  public abstract List<ServiceEndpoint> endpoints();

  /** Who tells tasks how to reach JVMs that come to hold connections; empty if none will. */
  public Optional<ServiceEndpoint> directory() {
    return Optional.empty();
  }

  /**
   * Waits for a bounded time until clients reach the service, where that takes more than opening
   * it. Called on the thread that starts the query, without a lock.
   *
   * @throws java.io.UncheckedIOException if clients will not reach the service
   */
  protected void awaitReachable() {}

  /**
   * Begins a term: from now on requests are for the tasks of this term, and for no earlier ones.
   * Called with the catalogue's lock held, so it must not wait.
   */
  protected abstract void beginTerm(long term);

  /**
   * The query of a term has finished its batches up to the last one: requests of these batches that
   * have no reply by now will get none. Called without a lock, on the thread that ends a batch;
   * does not wait.
   */
  protected abstract void settle(long term, long lastBatch);

  /**
   * The query of this term is about to be stopped: no server is ready any more, but all go on.
   * Called without a lock, on the thread that stops the query; does not wait.
   */
  protected abstract void drain(long term);

  /**
   * The query of this term gets no more requests. Called without a lock, on the thread that stops
   * the query; waits for a bounded time.
   *
   * @return how many of the requests that the query got are not answered yet
   */
  protected abstract int refuse(long term);

  /**
   * The query of this term has ended: requests that its tasks hold wait again. Called without a
   * lock, on the query's thread; does not wait.
   */
  protected abstract void release(long term);

  /** Complete when the servers have heard, as far as they do, which query has ended last. */
  public CompletableFuture<Void> released() {
    return CompletableFuture.completedFuture(null);
  }

  /**
   * How many requests the tasks of earlier terms still hold. Called without a lock, on the thread
   * that stops a predecessor; waits for a bounded time.
   */
  protected abstract int held(long beforeTerm);

  /**
   * How many requests queries have answered so far, by a reply or by failing on them for good.
   * Called without a lock, on the supervisor's thread; waits for a bounded time.
   */
  protected abstract long answers();

  /** Notes that the service's query is started again. Called without a lock; does not wait. */
  protected void noteRestart() {}

  /**
   * What the servers tell of themselves. The future completes within little more than a second,
   * however many servers are silent.
   */
  public abstract CompletableFuture<List<ServerStatus>> serverStatus();

  /** How often the service's query was started again. */
  public long restarts() {
    return 0;
  }

  /** What the driver counts of the service; empty where its servers count everything. */
  public Optional<DriverCounters> driverCounters() {
    return Optional.empty();
  }

  /** What Spark's progress reports of a query say of the service it reads from. */
  public Map<String, String> progress() {
    return Map.of();
  }

  /** What Spark's progress reports of a query say of the service it replies to. */
  public Map<String, String> replyProgress() {
    return Map.of();
  }

  /**
   * Answers requests that are open, and all that still come, with 503. Called without a lock, on
   * the supervisor's thread; does not wait.
   */
  protected abstract void halt();

  /**
   * Answers requests that are open and frees the ports. Called without a lock; waits for a bounded
   * time.
   */
  protected abstract void close();

  /** The name of the service and the addresses of its servers. */
  @Override
  public final String toString() {
    return "service '%s' at %s"
        .formatted(
            configuration.name(),
            servers().stream().map(ServerInfo::url).collect(Collectors.joining(", ", "[", "]")));
  }
}
