package io.sparkserving.head;

import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Leases;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.task.reply.LeaseClient;
import io.sparkserving.task.source.DeliveredRequest;
import io.sparkserving.task.source.PolledRequests;
import io.sparkserving.task.source.ReplayPartition;
import io.sparkserving.task.source.ReplayReader;
import io.sparkserving.task.source.RequestReader;
import io.sparkserving.task.source.RequestRows;
import io.sparkserving.task.source.SourceColumns;
import io.sparkserving.task.source.TaskAttempts;
import io.sparkserving.task.source.TaskRequests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, inside tasks, the readers of requests. */
record HTTPPartitionReaderFactory(SourceColumns columns) implements PartitionReaderFactory {

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition inputPartition) {
    if (inputPartition instanceof ReplayPartition replay) {
      return ReplayReader.open(replay.range(), columns);
    }
    HTTPInputPartition partition = (HTTPInputPartition) inputPartition;
    RequestRows rows =
        new RequestRows(partition.endpoint().serverId(), partition.key().partition(), columns);
    return new RequestReader(requests(partition), rows);
  }

  /** A task may go on, but for one that is tried again. */
  private static Iterator<DeliveredRequest> requests(HTTPInputPartition partition) {
    List<DeliveredRequest> share = delivered(partition);
    Iterator<DeliveredRequest> earlier =
        ReplayReader.earlierTry(partition.journal(), partition.key());
    if (earlier != null) {
      return earlier;
    }
    ServerExchanges server = LocalServers.find(partition.endpoint().serverId());
    if (TaskContext.get().attemptNumber() > 0) {
      return share.iterator();
    }
    LeaseKey key = partition.key();
    if (server == null) {
      return PolledRequests.begin(partition.endpoint(), key, partition.shape(), share);
    }
    Leases leases = server.leases();
    Lease more = leases.open(key.ofMore());
    TaskContext.get().addTaskFailureListener(new GiveBack(leases, more));
    TaskContext.get().addTaskCompletionListener(new Finish(more));
    return TaskRequests.begin(
        server, partition.shape(), share, () -> leases.unansweredNumber(key), more);
  }

  /** All requests at the first try; at a later one, those that the driver still wants processed. */
  private static List<DeliveredRequest> delivered(HTTPInputPartition partition) {
    TaskContext task = TaskContext.get();
    if (task.attemptNumber() >= partition.lastAttempt()) {
      task.addTaskFailureListener(new LastFailure(partition));
    }
    return task.attemptNumber() == 0 ? partition.requests() : redelivered(partition, task);
  }

  private static List<DeliveredRequest> redelivered(
      HTTPInputPartition partition, TaskContext task) {
    try {
      Set<Long> wanted =
          LeaseClient.redeliver(
              partition.endpoint(), partition.key(), task.attemptNumber(), partition.lastAttempt());
      return partition.requests().stream()
          .filter(request -> wanted.contains(request.id()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot ask which requests to process again", e);
    }
  }

  /** No later try will tell of the failure of the last one. */
  private record LastFailure(HTTPInputPartition partition) implements TaskFailureListener {
    private static final Logger LOG = LoggerFactory.getLogger(LastFailure.class);

    @Override
    public void onTaskFailure(TaskContext task, Throwable error) {
      if (TaskAttempts.blame(task, error) == Blame.NONE) {
        return;
      }
      try {
        LeaseClient.giveUp(partition.endpoint(), partition.key(), task.attemptNumber());
      } catch (IOException e) {
        LOG.warn("Cannot tell the driver which request made the task fail", e);
      }
    }
  }

  /** What a task took beyond its share waits again when it fails. */
  private record GiveBack(Leases leases, Lease lease) implements TaskFailureListener {
    @Override
    public void onTaskFailure(TaskContext task, Throwable error) {
      leases.giveBack(lease, TaskAttempts.blame(task, error));
    }
  }

  /** Called after a failure too, when the lease has ended. */
  private record Finish(Lease lease) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      lease.finish();
    }
  }
}
