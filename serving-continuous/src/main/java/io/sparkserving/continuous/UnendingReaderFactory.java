package io.sparkserving.continuous;

import io.sparkserving.task.source.SourceColumns;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.streaming.ContinuousPartitionReader;
import org.apache.spark.sql.connector.read.streaming.ContinuousPartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.PartitionOffset;

/** Makes, inside tasks, readers that never end; Spark reads from each on a thread of its own. */
record UnendingReaderFactory(SourceColumns columns) implements ContinuousPartitionReaderFactory {

  @Override
  public ContinuousPartitionReader<InternalRow> createReader(InputPartition partition) {
    return new UnendingReader(
        RequestTaker.openAlone((ReaderPartition) partition, columns).givingBackAtEnd());
  }

  private static final class UnendingReader implements ContinuousPartitionReader<InternalRow> {
    private final RequestTaker taker;

    private UnendingReader(RequestTaker taker) {
      this.taker = taker;
    }

    /** Waits for a request. Spark takes false for a failure, unless its task has ended. */
    @Override
    public boolean next() {
      if (taker.nextAhead()) {
        return true;
      }
      // Another query takes the requests, or the task is to end. Spark interrupts this thread then.
      while (!Thread.currentThread().isInterrupted()) {
        LockSupport.park(this);
      }
      return false;
    }

    @Override
    public InternalRow get() {
      return taker.row();
    }

    @Override
    public PartitionOffset getOffset() {
      return new DeliveredOffset(taker.partition(), taker.delivered());
    }

    @Override
    public void close() {}
  }
}
