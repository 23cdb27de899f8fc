package io.sparkserving.continuous;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.task.source.SourceColumns;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;

/** Makes, inside tasks, readers that go on for a while. */
record LingeringReaderFactory(SourceColumns columns) implements PartitionReaderFactory {

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition inputPartition) {
    ReaderPartition partition = (ReaderPartition) inputPartition;
    return new LingeringReader(
        RequestTaker.open(partition, columns), partition.lingerNanos(), NanoClock.SYSTEM);
  }

  private static final class LingeringReader implements PartitionReader<InternalRow> {
    private final RequestTaker taker;
    private final long lingerNanos;
    private final NanoClock clock;
    private final long begun;

    private LingeringReader(RequestTaker taker, long lingerNanos, NanoClock clock) {
      this.taker = taker;
      this.lingerNanos = lingerNanos;
      this.clock = clock;
      this.begun = clock.nanoTime();
    }

    @Override
    public boolean next() {
      long left = lingerNanos - (clock.nanoTime() - begun);
      return left > 0 && taker.next(left);
    }

    @Override
    public InternalRow get() {
      return taker.row();
    }

    @Override
    public void close() {}
  }
}
