package io.sparkserving.continuous;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.cluster.CoordinatedService;
import io.sparkserving.driver.cluster.LiveExecutors;
import io.sparkserving.driver.cluster.LiveExecutors.LiveExecutor;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.ServerSpec;
import io.sparkserving.task.source.TaskAttempts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans which readers a query has, batch after batch, and on which executors. With the continuous
 * trigger a batch lasts from one set-up of the readers to the next. Only the query's thread calls
 * the methods.
 */
final class ReaderPlans {
  private static final Logger LOG = LoggerFactory.getLogger(ReaderPlans.class);

  private final SparkContext spark;
  private final Consumer consumer;
  private final CoordinatedService service;
  private final int lastAttempt;
  private long begun;
  private List<ReaderPartition> partitions = List.of();
  private Set<String> executors = Set.of();
  private long closedServers;
  private @Nullable JournalPlace journal;

  ReaderPlans(SparkContext spark, Consumer consumer) {
    this.spark = spark;
    this.consumer = consumer;
    this.service = (CoordinatedService) consumer.service();
    this.lastAttempt = TaskAttempts.last(spark);
  }

  /** Has the requests of batches to come written down. */
  void writeTo(JournalPlace place) {
    journal = place;
  }

  Consumer consumer() {
    return consumer;
  }

  CoordinatedService service() {
    return service;
  }

  /** Returns the name of this run of the service. */
  String runId() {
    return service.spec().runId();
  }

  /** Returns how many batches were begun. */
  long begun() {
    return begun;
  }

  /**
   * Returns the readers for a batch, spread over all executors; the same readers again for a batch
   * that has begun.
   *
   * @param longest for how long the readers go on; only of use where Spark does not say
   */
  List<ReaderPartition> plan(long batch, Duration longest) {
    if (batch == begun) {
      return partitions;
    }
    begun = batch;
    closedServers = service.coordinator().servers().closed();
    List<LiveExecutor> live = LiveExecutors.of(spark);
    executors = ids(live);
    // All readers would come to the first executor that comes.
    Duration linger = live.isEmpty() ? Duration.ZERO : longest;
    int count = consumer.configuration().numPartitions().orElseGet(() -> defaultCount(live.size()));
    ServerSpec spec = service.spec();
    List<Announcement> servers = service.coordinator().servers().all();
    List<ReaderPartition> planned = new ArrayList<>();
    for (int partition = 0; partition < count; partition++) {
      LeaseKey key = new LeaseKey(consumer.term(), batch, partition);
      LiveExecutor executor = live.isEmpty() ? null : live.get(partition % live.size());
      ServiceEndpoint home =
          executor == null
              ? null
              : ServerSpec.home(consumer.configuration(), servers, executor.id(), partition);
      String location = executor == null ? "" : executor.location();
      planned.add(
          new ReaderPartition(
              spec, key, home, count, lastAttempt, linger.toNanos(), journal, location));
    }
    partitions = List.copyOf(planned);
    service.coordinator().expectReaders(consumer, batch, count);
    if (!CoreCheck.suffices(spark, consumer, count)) {
      // Its readers find no cores before the query that is to be replaced has ended.
      consumer.takeOver();
    }
    LOG.debug("Batch {} of {}-{} has {} readers", batch, runId(), consumer.term(), count);
    return partitions;
  }

  /**
   * All cores but one, which other queries may need, but a reader in every executor; that one alone
   * where requests are written down, as they have one order there.
   */
  private int defaultCount(int executorCount) {
    if (journal != null) {
      return Math.max(1, executorCount);
    }
    return Math.max(Math.max(1, executorCount), spark.defaultParallelism() - 1);
  }

  /**
   * Returns whether executors came or went since the current batch was planned, or readers have
   * lost their server. An executor that is decommissioned goes when it has answered what it has
   * got.
   */
  boolean isOutdated() {
    if (closedServers != service.coordinator().servers().closed()) {
      return true;
    }
    Set<String> now = ids(LiveExecutors.of(spark));
    Set<String> draining = new HashSet<>(service.coordinator().servers().drainingExecutors());
    draining.retainAll(executors);
    now.addAll(draining);
    return !executors.equals(now);
  }

  private static Set<String> ids(List<LiveExecutor> live) {
    return live.stream().map(LiveExecutor::id).collect(Collectors.toCollection(HashSet::new));
  }
}
