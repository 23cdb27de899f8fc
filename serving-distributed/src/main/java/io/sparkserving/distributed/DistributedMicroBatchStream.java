package io.sparkserving.distributed;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.QueryKind;
import io.sparkserving.driver.cluster.CoordinatedService;
import io.sparkserving.driver.cluster.Coordinator;
import io.sparkserving.driver.cluster.LiveExecutors;
import io.sparkserving.driver.cluster.LiveExecutors.LiveExecutor;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.format.BatchOffset;
import io.sparkserving.format.RequestStream;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.ServerSpec;
import io.sparkserving.task.source.BatchShape;
import io.sparkserving.task.source.SourceColumns;
import io.sparkserving.task.source.TaskAttempts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;

/**
 * The driver's side of reading requests that wait in the executors. There is one batch at a time,
 * and only when requests wait somewhere or an executor has no server yet. Spark calls the stream on
 * the query's thread.
 */
final class DistributedMicroBatchStream extends RequestStream implements MicroBatchStream {
  /** How long a look for work may wait for it; other sources of the query wait with it. */
  private static final long LINGER_MILLIS = 500;

  /**
   * What an executor gets of a batch.
   *
   * @param now how many tasks
   * @param most how many it would get if requests waited there
   */
  private record ExecutorTasks(LiveExecutor executor, int now, int most) {}

  private final SparkContext spark;
  private final Coordinator coordinator;
  private final ServerSpec spec;
  private final int lastAttempt;
  private long begun;
  private List<WorkerPartition> partitions = List.of();

  DistributedMicroBatchStream(SparkContext spark, Consumer consumer) {
    this(spark, consumer, (CoordinatedService) consumer.service());
  }

  private DistributedMicroBatchStream(
      SparkContext spark, Consumer consumer, CoordinatedService service) {
    super(DistributedHTTPSource.class, consumer, service.spec().runId(), QueryKind.DISTRIBUTED);
    this.spark = spark;
    this.coordinator = service.coordinator();
    this.spec = service.spec();
    this.lastAttempt = TaskAttempts.last(spark);
  }

  /** Returns the end of the next batch as soon as there is work, or of the last after a while. */
  @Override
  public Offset latestOffset() {
    checkSparkRuns();
    if (begun == 0) {
      // Whatever waits or not: it makes servers start, and code be generated.
      return offset(1);
    }
    long batch = begun;
    // The sink has done so before, if it is ours.
    consumer().settle();
    consumer().ready();
    try {
      if (coordinator.work().await(consumer().term(), LINGER_MILLIS)) {
        batch = begun + 1;
      }
    } catch (InterruptedException e) {
      // The query is being stopped. It looks at this flag as soon as it has its answer.
      Thread.currentThread().interrupt();
    }
    return offset(batch);
  }

  /** Plans the batch that ends at {@code end}; a batch of an earlier run has what a journal has. */
  @Override
  public InputPartition[] planInputPartitions(Offset start, Offset end) {
    BatchOffset asked = (BatchOffset) end;
    List<InputPartition> planned = new ArrayList<>();
    replay((BatchOffset) start, asked).ifPresent(planned::add);
    if (asked.isOf(incarnation()) && asked.batch() == begun + 1) {
      begun = asked.batch();
      consumer().begin(begun);
      partitions = plan(begun);
    }
    if (asked.isOf(incarnation()) && asked.batch() == begun) {
      planned.addAll(partitions);
    }
    return planned.toArray(InputPartition[]::new);
  }

  /** Tasks for the executors where requests wait, and one for each that has no server. */
  private List<WorkerPartition> plan(long batch) {
    Set<String> waiting = batch == 1 ? Set.of() : coordinator.work().takeWaitingExecutors();
    List<LiveExecutor> executors = LiveExecutors.of(spark);
    List<Announcement> servers = coordinator.servers().all();
    Set<String> serving = coordinator.servers().executors();
    List<ExecutorTasks> dealt = new ArrayList<>();
    for (LiveExecutor executor : executors) {
      int most = share(executor, executors.size());
      int withoutRequests = serving.contains(executor.id()) ? 0 : 1;
      int now = waiting.contains(executor.id()) ? most : withoutRequests;
      dealt.add(new ExecutorTasks(executor, now, most));
    }
    int all = dealt.stream().mapToInt(ExecutorTasks::now).sum();
    List<WorkerPartition> planned = new ArrayList<>();
    for (ExecutorTasks tasks : dealt) {
      BatchShape shape = new BatchShape(all, tasks.most(), batchLength());
      for (int takers = tasks.now(); takers > 0; takers--) {
        LeaseKey key = new LeaseKey(consumer().term(), batch, planned.size());
        LiveExecutor executor = tasks.executor();
        ServiceEndpoint home =
            ServerSpec.home(consumer().configuration(), servers, executor.id(), key.partition());
        planned.add(
            new WorkerPartition(
                spec, home, key, takers, shape, lastAttempt, journalPlace(), executor.location()));
      }
    }
    if (!executors.stream().map(LiveExecutor::id).allMatch(serving::contains)) {
      // Spark may have no room there now, and send the task to another executor.
      coordinator.work().lookAgainLater();
    }
    return planned;
  }

  /**
   * How many tasks an executor gets where requests wait: no more than it can run at once, as those
   * that come later find nothing that the others would not have taken.
   */
  private int share(LiveExecutor executor, int executors) {
    int wanted = consumer().configuration().tasks(spark::defaultParallelism);
    return Math.max(1, Math.min(wanted / executors, executor.mostTasks()));
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new WorkerReaderFactory(SourceColumns.of(consumer().configuration()));
  }
}
