package io.sparkserving.distributed;

import io.sparkserving.exchange.Lease;
import io.sparkserving.server.worker.WorkerServer;
import io.sparkserving.server.worker.WorkerServers;
import io.sparkserving.task.source.DeliveredRequest;
import io.sparkserving.task.source.RemoteRequests;
import io.sparkserving.task.source.ReplayPartition;
import io.sparkserving.task.source.ReplayReader;
import io.sparkserving.task.source.RequestReader;
import io.sparkserving.task.source.RequestRows;
import io.sparkserving.task.source.SourceColumns;
import io.sparkserving.task.source.TaskAttempts;
import io.sparkserving.task.source.TaskRequests;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;

/** Makes, inside tasks, readers of the requests that wait on the executor that a task is for. */
record WorkerReaderFactory(SourceColumns columns) implements PartitionReaderFactory {

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition inputPartition) {
    if (inputPartition instanceof ReplayPartition replay) {
      return ReplayReader.open(replay.range(), columns);
    }
    WorkerPartition partition = (WorkerPartition) inputPartition;
    WorkerServer here = WorkerServers.get(partition.spec(), partition.key());
    here.journal(partition.key(), partition.journal());
    String home = partition.home() == null ? here.serverId() : partition.home().serverId();
    return new RequestReader(
        requests(partition, here), new RequestRows(home, partition.key().partition(), columns));
  }

  private static Iterator<DeliveredRequest> requests(WorkerPartition partition, WorkerServer here) {
    if (partition.home() == null) {
      return Collections.emptyIterator();
    }
    Iterator<DeliveredRequest> earlier =
        ReplayReader.earlierTry(partition.journal(), partition.key());
    if (earlier != null) {
      return earlier;
    }
    boolean takesNothing = TaskAttempts.takesNothing(TaskContext.get(), partition.lastAttempt());
    if (!partition.home().serverId().equals(here.serverId())) {
      RemoteRequests there = new RemoteRequests(partition.home(), partition.key());
      if (takesNothing) {
        there.withdraw();
        return Collections.emptyIterator();
      }
      return there.take(partition.takers()).iterator();
    }
    Lease lease = here.join(partition.key());
    if (takesNothing) {
      here.withdraw(lease);
      return Collections.emptyIterator();
    }
    return taken(partition, here, lease);
  }

  private static Iterator<DeliveredRequest> taken(
      WorkerPartition partition, WorkerServer here, Lease lease) {
    List<DeliveredRequest> share =
        here.share(lease, partition.takers()).stream().map(DeliveredRequest::of).toList();
    if (share.isEmpty()) {
      return share.iterator();
    }
    TaskContext.get().addTaskFailureListener(new GiveBack(here, lease));
    // Spark calls the last one first.
    TaskContext.get().addTaskCompletionListener(new Finish(here, lease));
    return lease.share().hasSeveralReaders()
        ? share.iterator()
        : TaskRequests.begin(here.exchanges(), partition.shape(), share, () -> 0, lease);
  }

  private record GiveBack(WorkerServer server, Lease lease) implements TaskFailureListener {
    @Override
    public void onTaskFailure(TaskContext task, Throwable error) {
      server.giveBack(lease, TaskAttempts.blame(task, error));
    }
  }

  /** Called after a failure too, when the lease has ended. */
  private record Finish(WorkerServer server, Lease lease) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      lease.finish();
      server.lookForRequests();
    }
  }
}
