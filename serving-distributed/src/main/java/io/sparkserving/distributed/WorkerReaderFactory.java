package io.sparkserving.distributed;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.server.worker.WorkerServer;
import io.sparkserving.server.worker.WorkerServers;
import io.sparkserving.task.source.DeliveredRequest;
import io.sparkserving.task.source.RequestReader;
import io.sparkserving.task.source.RequestRows;
import io.sparkserving.task.source.SourceColumns;
import io.sparkserving.task.source.TaskAttempts;
import io.sparkserving.task.source.TaskRequests;
import java.util.Collections;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;

/** Makes, inside tasks, readers of the requests that wait in the task's JVM. */
record WorkerReaderFactory(SourceColumns columns) implements PartitionReaderFactory {

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition inputPartition) {
    WorkerPartition partition = (WorkerPartition) inputPartition;
    TaskContext task = TaskContext.get();
    WorkerServer server = WorkerServers.get(partition.spec(), partition.key());
    Lease lease = server.open(partition.key());
    List<Exchange> taken =
        TaskAttempts.takesNothing(task, partition.lastAttempt())
            ? List.of()
            : server.takeShare(lease, partition.takers());
    RequestRows rows = new RequestRows(server.serverId(), partition.key().partition(), columns);
    if (taken.isEmpty()) {
      return new RequestReader(Collections.emptyIterator(), rows);
    }
    task.addTaskFailureListener(new GiveBack(server, lease));
    // Spark calls the last one first.
    task.addTaskCompletionListener(new Finish(server, lease));
    List<DeliveredRequest> share = taken.stream().map(DeliveredRequest::of).toList();
    TaskRequests requests =
        TaskRequests.begin(server.exchanges(), partition.shape(), share, lease::isAnswered, lease);
    return new RequestReader(requests, rows);
  }

  private record GiveBack(WorkerServer server, Lease lease) implements TaskFailureListener {
    @Override
    public void onTaskFailure(TaskContext task, Throwable error) {
      server.giveBack(lease, error instanceof TaskKilledException ? Blame.NONE : Blame.OLDEST);
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
