package io.sparkserving.continuous;

import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.server.worker.WorkerServer;
import io.sparkserving.server.worker.WorkerServers;
import io.sparkserving.task.source.DeliveredRequest;
import io.sparkserving.task.source.ReplayPartition;
import io.sparkserving.task.source.ReplayReader;
import io.sparkserving.task.source.RequestReader;
import io.sparkserving.task.source.RequestRows;
import io.sparkserving.task.source.SourceColumns;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;

/** Makes, inside tasks, readers that go on for a while. */
record LingeringReaderFactory(SourceColumns columns) implements PartitionReaderFactory {

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition inputPartition) {
    if (inputPartition instanceof ReplayPartition replay) {
      return ReplayReader.open(replay.range(), columns);
    }
    ReaderPartition partition = (ReaderPartition) inputPartition;
    WorkerServer server = WorkerServers.get(partition.spec(), partition.key());
    server.journal(partition.key(), partition.journal());
    Iterator<DeliveredRequest> earlier =
        ReplayReader.earlierTry(partition.journal(), partition.key());
    if (earlier != null) {
      RequestRows rows = new RequestRows(server.serverId(), partition.key().partition(), columns);
      return new RequestReader(earlier, rows);
    }
    Lease lease = server.join(partition.key());
    return new LingeringReader(
        new SharedRequests(partition, columns, server, lease),
        RequestTaker.open(partition, columns, server, lease),
        new OnlyReader(TaskContext.get(), partition.readers(), lease, NanoClock.SYSTEM),
        partition.lingerNanos(),
        NanoClock.SYSTEM);
  }

  /**
   * Takes one request after another where no other reader is to have them; begins, while that is
   * not known, with what all readers of the partition get, and ends with that where it is not so.
   */
  private static final class LingeringReader implements PartitionReader<InternalRow> {
    private final SharedRequests shared;
    private final RequestTaker taker;
    private final OnlyReader only;
    private final long lingerNanos;
    private final NanoClock clock;
    private final long begun;
    private boolean takes;

    private LingeringReader(
        SharedRequests shared,
        RequestTaker taker,
        OnlyReader only,
        long lingerNanos,
        NanoClock clock) {
      this.shared = shared;
      this.taker = taker;
      this.only = only;
      this.lingerNanos = lingerNanos;
      this.clock = clock;
      this.begun = clock.nanoTime();
      this.takes = only.isKnown();
    }

    @Override
    public boolean next() {
      if (!takes) {
        if (lingerNanos > 0 && shared.next(leftNanos())) {
          return true;
        }
        takes = only.isSoon();
      }
      long left = leftNanos();
      return takes && left > 0 && taker.next(left);
    }

    private long leftNanos() {
      return lingerNanos - (clock.nanoTime() - begun);
    }

    @Override
    public InternalRow get() {
      return takes ? taker.row() : shared.row();
    }

    @Override
    public void close() {}
  }
}
