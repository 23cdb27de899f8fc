package io.sparkserving.continuous;

import io.sparkserving.driver.QueryKind;
import io.sparkserving.format.BatchOffset;
import io.sparkserving.task.source.ReplayPartition;
import io.sparkserving.task.source.SourceColumns;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.PartitionOffset;
import org.apache.spark.sql.connector.read.streaming.SupportsRealTimeMode;
import org.jspecify.annotations.Nullable;

/**
 * Batches whose length Spark sets, with the real-time trigger, or that linger without that trigger.
 * The class can only be loaded where Spark has the real-time trigger.
 */
final class RealTimeMicroBatchStream extends LingeringMicroBatchStream
    implements SupportsRealTimeMode {
  private boolean realTime;

  /** The offset from which a batch reads a journal; null for any other batch. */
  private @Nullable BatchOffset replaying;

  RealTimeMicroBatchStream(ReaderPlans plans) {
    super(plans);
  }

  @Override
  public void prepareForRealTimeMode() {
    realTime = true;
    consumer().noteKind(QueryKind.REAL_TIME);
  }

  /**
   * Plans the batch after the one that {@code start} ends. What earlier runs have taken after that
   * is a batch of its own, which ends with the last of it.
   */
  @Override
  public InputPartition[] planInputPartitions(Offset start) {
    BatchOffset last = (BatchOffset) start;
    Optional<ReplayPartition> replay = replay(last, offset(0));
    replaying = replay.isPresent() ? last : null;
    if (replay.isPresent()) {
      return new InputPartition[] {replay.get()};
    }
    boolean isOfThisRun = last.isOf(incarnation());
    return plan(isOfThisRun ? last.batch() + 1 : Math.max(1, plans().begun()), Duration.ZERO);
  }

  @Override
  public Offset mergeOffsets(PartitionOffset[] offsets) {
    if (replaying != null) {
      ReplayedOffset read = (ReplayedOffset) offsets[0];
      return read.isWhole() ? offset(0) : replaying.afterReplaying(read.requests());
    }
    return offset(plans().begun());
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    SourceColumns columns = SourceColumns.of(consumer().configuration());
    return realTime ? new RealTimeReaderFactory(columns) : super.createReaderFactory();
  }
}
