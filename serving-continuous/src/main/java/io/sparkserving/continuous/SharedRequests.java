package io.sparkserving.continuous;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.server.worker.WorkerServer;
import io.sparkserving.task.source.DeliveredRequest;
import io.sparkserving.task.source.RemoteRequests;
import io.sparkserving.task.source.RequestRows;
import io.sparkserving.task.source.SourceColumns;
import io.sparkserving.task.source.TaskAttempts;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/**
 * The requests that all readers of a partition get, where the query may read them more than once.
 * One thread at a time uses the object.
 */
final class SharedRequests {
  private final ReaderPartition partition;
  private final WorkerServer here;
  private final Lease lease;
  private final RequestRows rows;
  private @Nullable Iterator<DeliveredRequest> requests;
  private @Nullable DeliveredRequest current;

  SharedRequests(ReaderPartition partition, SourceColumns columns, WorkerServer here, Lease lease) {
    this.partition = partition;
    this.here = here;
    this.lease = lease;
    ServiceEndpoint home = partition.home();
    String server = home == null ? here.serverId() : home.serverId();
    this.rows = new RequestRows(server, partition.key().partition(), columns);
  }

  /**
   * Goes to the next request.
   *
   * @param timeoutNanos how long to wait for the first one, in nanoseconds
   * @return false if there is no further one, or if the thread was interrupted, whose interrupt
   *     status is then set
   */
  boolean next(long timeoutNanos) {
    if (requests == null) {
      requests = requests(timeoutNanos);
    }
    current = requests.hasNext() ? requests.next() : null;
    return current != null;
  }

  private Iterator<DeliveredRequest> requests(long timeoutNanos) {
    ServiceEndpoint home = partition.home();
    if (home == null) {
      return Collections.emptyIterator();
    }
    boolean takesNothing = TaskAttempts.takesNothing(TaskContext.get(), partition.lastAttempt());
    if (home.serverId().equals(here.serverId())) {
      if (takesNothing) {
        here.withdraw(lease);
        return Collections.emptyIterator();
      }
      List<Exchange> share = here.awaitShare(lease, partition.readers(), timeoutNanos);
      return share.stream().map(DeliveredRequest::of).iterator();
    }
    RemoteRequests there = new RemoteRequests(home, partition.key());
    if (takesNothing) {
      there.withdraw();
      return Collections.emptyIterator();
    }
    return there.take(partition.readers()).iterator();
  }

  /** Returns the current request as a row. */
  InternalRow row() {
    if (current == null) {
      throw new IllegalStateException("Cannot get a row before next()");
    }
    return rows.row(current);
  }
}
