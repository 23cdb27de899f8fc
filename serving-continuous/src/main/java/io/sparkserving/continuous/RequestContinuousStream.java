package io.sparkserving.continuous;

import io.sparkserving.driver.QueryKind;
import io.sparkserving.format.BatchOffset;
import io.sparkserving.format.RequestStream;
import io.sparkserving.task.source.SourceColumns;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.streaming.ContinuousPartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.ContinuousStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.PartitionOffset;

/**
 * Requests for the continuous trigger. Readers are set up by the query's thread; offsets are merged
 * and committed, epoch by epoch, on a thread of Spark's epoch coordinator.
 */
final class RequestContinuousStream extends RequestStream implements ContinuousStream {
  private final ReaderPlans plans;
  private volatile long setUp;
  private volatile boolean outdated = true;

  RequestContinuousStream(ReaderPlans plans) {
    super(HTTPSourceV2.class, plans.consumer(), plans.runId(), QueryKind.CONTINUOUS);
    this.plans = plans;
  }

  /**
   * Sets up readers, whatever was read before: requests have no past. Spark asks several times for
   * one set-up, once for each copy of its plan, and runs any of the copies.
   */
  @Override
  public InputPartition[] planInputPartitions(Offset start) {
    if (outdated) {
      outdated = false;
      setUp = plans.begun() + 1;
    }
    return plans.plan(setUp, Duration.ZERO).toArray(InputPartition[]::new);
  }

  @Override
  public ContinuousPartitionReaderFactory createContinuousReaderFactory() {
    return new UnendingReaderFactory(SourceColumns.of(consumer().configuration()));
  }

  /** Returns whether executors came or went; Spark then sets up the readers anew. */
  @Override
  public boolean needsReconfiguration() {
    outdated = outdated || plans.isOutdated();
    return outdated;
  }

  /** Merges the readers' offsets, which Spark gives in no particular order. */
  @Override
  public Offset mergeOffsets(PartitionOffset[] offsets) {
    Long[] delivered = new Long[offsets.length];
    Arrays.fill(delivered, 0L);
    for (PartitionOffset offset : offsets) {
      DeliveredOffset reader = (DeliveredOffset) offset;
      delivered[reader.partition()] = reader.delivered();
    }
    return new BatchOffset(incarnation(), setUp, List.of(delivered));
  }

  /**
   * Settles all requests up to an offset: their replies are written, so a request without a reply
   * will get none.
   */
  @Override
  public void commit(Offset end) {
    BatchOffset offset = (BatchOffset) end;
    if (offset.isOf(incarnation()) && !offset.delivered().isEmpty()) {
      plans
          .service()
          .allServers()
          .settleDelivered(consumer().term(), offset.batch(), offset.delivered());
    }
  }

  @Override
  public void stop() {
    CoreCheck.forget(consumer());
    super.stop();
  }
}
