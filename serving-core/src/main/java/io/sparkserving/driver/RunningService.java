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
 * A service as the driver sees it, wherever its servers are. It is made when a query is about to
 * start, and may outlive that query. {@link ServiceRegistry} says whose requests it holds.
 *
 * <p>Queries take its requests one after another, each in a term of its own, from 1.
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

  /** What the service was asked to be. */
  public final ServiceConfiguration configuration() {
    return configuration;
  }

  /** What clients are told of its API. */
  public final ApiDescription description() {
    return description;
  }

  /** Every server that listens now. */
  public abstract List<ServerInfo> servers();

  /** How tasks reach the JVMs that hold the connections. */
  public abstract List<ServiceEndpoint> endpoints();

  /**
   * Waits until clients reach the service where that takes more than opening it, for a bounded
   * time. Called without the registry's lock.
   *
   * @throws java.io.UncheckedIOException if they will not
   */
  protected void awaitReachable() {}

  /** From now on requests are for the tasks of this term, and not for those of any before. */
  protected abstract void beginTerm(long term);

  /** A query has finished its batches up to this one: what has no reply by now will get none. */
  protected abstract void settle(long term, long lastBatch);

  /** The query of this term is about to be stopped: no server is ready, but all go on. */
  protected abstract void drain(long term);

  /**
   * The query of this term gets no more requests. Waits for a bounded time.
   *
   * @return how many of those that it got are not answered yet
   */
  protected abstract int refuse(long term);

  /** A query has ended: what its tasks hold waits again. */
  protected abstract void release(long term);

  /** How many requests tasks of earlier terms still hold. Waits for a bounded time. */
  protected abstract int held(long beforeTerm);

  /** How many replies queries have given so far. Waits for a bounded time. */
  protected abstract long replies();

  /** Notes that its query is started again. */
  protected void noteRestart() {}

  /**
   * What its servers tell of themselves. Complete within little more than a second, however many of
   * them are silent; does not wait itself.
   */
  public abstract CompletableFuture<List<ServerStatus>> serverStatus();

  /** How often its query was started again. */
  public long restarts() {
    return 0;
  }

  /** What the driver counts of it, besides what its servers do; empty where that is all. */
  public Optional<DriverCounters> driverCounters() {
    return Optional.empty();
  }

  /** What progress reports of its queries say of it; does not wait. */
  public Map<String, String> progress() {
    return Map.of();
  }

  /** The part of that which is about replies. */
  public Map<String, String> replyProgress() {
    return Map.of();
  }

  /** Answers what is open, and whatever still comes, with 503. */
  protected abstract void halt();

  /** Answers what is open and frees the ports, within a bounded time. */
  protected abstract void close();

  /** Name and addresses. */
  @Override
  public final String toString() {
    return "service '%s' at %s"
        .formatted(
            configuration.name(),
            servers().stream().map(ServerInfo::url).collect(Collectors.joining(", ", "[", "]")));
  }
}
