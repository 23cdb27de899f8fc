package io.sparkserving.distributed;

import io.sparkserving.distributed.LiveExecutors.LiveExecutor;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.service.ServiceRegistry;
import io.sparkserving.source.BatchOffset;
import io.sparkserving.source.TaskAttempts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of reading requests that wait in the executors. There is one batch at a time,
 * and only when requests wait somewhere or an executor has no server yet. Spark calls it on the
 * query's thread.
 */
final class DistributedMicroBatchStream implements MicroBatchStream {
  /** How long a look for work may wait for it; other sources of the query wait with it. */
  private static final long LINGER_MILLIS = 500;

  private final SparkContext spark;
  private final CoordinatedService service;
  private final Coordinator coordinator;
  private final ServerSpec spec;
  private final int lastAttempt;
  private long begun;
  private List<WorkerPartition> partitions = List.of();

  DistributedMicroBatchStream(
      SparkContext spark, CoordinatedService service, Map<String, String> options) {
    this.spark = spark;
    this.service = service;
    this.coordinator = service.coordinator();
    this.spec = new ServerSpec(new HashMap<>(options), service.endpoint());
    this.lastAttempt = TaskAttempts.last(spark);
  }

  @Override
  public Offset initialOffset() {
    return offset(0);
  }

  /** Returns as soon as there is work; null while this run has not had any. */
  @Override
  public @Nullable Offset latestOffset() {
    long batch = begun;
    // The sink has done so before, if it is ours.
    service.settle();
    try {
      if (coordinator.awaitWork(LINGER_MILLIS)) {
        batch = begun + 1;
      }
    } catch (InterruptedException e) {
      // The query is being stopped. It looks at this flag as soon as it has its answer.
      Thread.currentThread().interrupt();
    }
    return batch == 0 ? null : offset(batch);
  }

  @Override
  public Offset deserializeOffset(String json) {
    return BatchOffset.parse(json);
  }

  /** Plans the batch that ends at {@code end}; one of an earlier run is empty. */
  @Override
  public InputPartition[] planInputPartitions(Offset start, Offset end) {
    BatchOffset asked = (BatchOffset) end;
    if (!asked.isOf(spec.runId())) {
      return new InputPartition[0];
    }
    if (asked.batch() == begun + 1) {
      begun = asked.batch();
      service.begin(begun);
      partitions = plan(begun);
    }
    return asked.batch() == begun
        ? partitions.toArray(InputPartition[]::new)
        : new InputPartition[0];
  }

  /** Tasks for the executors where requests wait, and one for each that has no server. */
  private List<WorkerPartition> plan(long batch) {
    Set<String> waiting = coordinator.takeWaitingExecutors();
    List<LiveExecutor> executors = LiveExecutors.of(spark);
    Set<String> serving =
        coordinator.servers().stream().map(Announcement::executorId).collect(Collectors.toSet());
    int wanted = service.configuration().numPartitions().orElseGet(spark::defaultParallelism);
    int each = Math.max(1, wanted / Math.max(1, executors.size()));
    boolean everyoneServes = true;
    List<WorkerPartition> planned = new ArrayList<>();
    for (LiveExecutor executor : executors) {
      boolean serves = serving.contains(executor.id());
      everyoneServes &= serves;
      int tasks = waiting.contains(executor.id()) ? each : serves ? 0 : 1;
      for (int takers = tasks; takers > 0; takers--) {
        LeaseKey key = new LeaseKey(batch, planned.size());
        planned.add(new WorkerPartition(spec, key, takers, lastAttempt, executor.location()));
      }
    }
    if (!everyoneServes) {
      // Spark may have no room there now, and send the task to another executor.
      coordinator.lookAgainLater();
    }
    return planned;
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new WorkerReaderFactory(service.configuration().includeTimestamp());
  }

  @Override
  public void commit(Offset end) {}

  /** Answers what is left and frees ports and name. The query has no task running any more. */
  @Override
  public void stop() {
    ServiceRegistry.jvm().detach(service);
  }

  private Offset offset(long batch) {
    return new BatchOffset(spec.runId(), batch);
  }

  @Override
  public String toString() {
    return "DistributedHTTPSource[" + service.configuration().name() + "]";
  }
}
