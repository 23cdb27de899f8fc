package io.sparkserving.continuous;

import io.sparkserving.task.source.ReplayPartition;
import io.sparkserving.task.source.ReplayReader;
import io.sparkserving.task.source.SourceColumns;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.PartitionOffset;
import org.apache.spark.sql.connector.read.streaming.SupportsRealTimeRead;

/** Makes, inside tasks, readers that go on for as long as Spark says. */
record RealTimeReaderFactory(SourceColumns columns) implements PartitionReaderFactory {
  private static final StackWalker CALLERS = StackWalker.getInstance();
  private static final String SHUFFLING_TASK = "org.apache.spark.scheduler.ShuffleMapTask";

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    if (partition instanceof ReplayPartition replay) {
      return new ReplayingReader(ReplayReader.open(replay.range(), columns));
    }
    RequestTaker taker = RequestTaker.openAlone((ReaderPartition) partition, columns);
    return isBeforeShuffle()
        ? new RealTimeReader(taker.handingOn()::nextForShuffle, taker)
        : new RealTimeReader(taker::next, taker);
  }

  /** Reads what a journal has, and ends with that, so that the batch does. */
  private static final class ReplayingReader implements SupportsRealTimeRead<InternalRow> {
    private final ReplayReader reader;
    private boolean isWhole;

    private ReplayingReader(ReplayReader reader) {
      this.reader = reader;
    }

    @Override
    public RecordStatus nextWithTimeout(Long startMillis, Long timeoutMillis) {
      return nextWithTimeout(timeoutMillis);
    }

    /** The form of the method that Spark 4.1 calls. */
    @SuppressWarnings({"unused", "EffectivelyPrivate"})
    public RecordStatus nextWithTimeout(Long timeoutMillis) {
      isWhole = !reader.next();
      return isWhole ? RealTimeReader.NONE : RealTimeReader.ONE;
    }

    @Override
    public PartitionOffset getOffset() {
      return new ReplayedOffset(reader.read(), isWhole);
    }

    @Override
    public boolean next() {
      return reader.next();
    }

    @Override
    public InternalRow get() {
      return reader.get();
    }

    @Override
    public CustomTaskMetric[] currentMetricsValues() {
      return reader.currentMetricsValues();
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  /** Whether what the task that runs on the current thread reads is for a shuffle. */
  private static boolean isBeforeShuffle() {
    return CALLERS.walk(
        frames -> frames.anyMatch(frame -> frame.getClassName().equals(SHUFFLING_TASK)));
  }

  /** Goes to the next request; false if none has come in time. */
  private interface Next {
    boolean within(long nanos);
  }

  private static final class RealTimeReader implements SupportsRealTimeRead<InternalRow> {
    private static final RecordStatus NONE = RecordStatus.newStatusWithoutArrivalTime(false);
    private static final RecordStatus ONE = RecordStatus.newStatusWithoutArrivalTime(true);

    private final Next next;
    private final RequestTaker taker;

    private RealTimeReader(Next next, RequestTaker taker) {
      this.next = next;
      this.taker = taker;
    }

    @Override
    public RecordStatus nextWithTimeout(Long startMillis, Long timeoutMillis) {
      return nextWithTimeout(timeoutMillis);
    }

    /** The form of the method that Spark 4.1 calls. */
    @SuppressWarnings({"unused", "EffectivelyPrivate"})
    public RecordStatus nextWithTimeout(Long timeoutMillis) {
      return next.within(TimeUnit.MILLISECONDS.toNanos(timeoutMillis)) ? ONE : NONE;
    }

    @Override
    public PartitionOffset getOffset() {
      return new DeliveredOffset(taker.partition(), taker.delivered());
    }

    @Override
    public boolean next() {
      throw new IllegalStateException("Unsupported: Spark asks for requests with a time-out");
    }

    @Override
    public InternalRow get() {
      return taker.row();
    }

    @Override
    public void close() {}
  }
}
