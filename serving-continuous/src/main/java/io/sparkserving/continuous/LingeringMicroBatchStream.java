package io.sparkserving.continuous;

import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.QueryKind;
import io.sparkserving.format.BatchOffset;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReportsSourceMetrics;

/**
 * Batches that take requests for as long as {@code epochLength} says, one right after the other.
 * The first one takes none: it makes the servers start, so that the next one's tasks know them all.
 * Spark calls it on the query's thread.
 */
class LingeringMicroBatchStream implements MicroBatchStream, ReportsSourceMetrics {
  private final ReaderPlans plans;
  private final Consumer consumer;

  LingeringMicroBatchStream(ReaderPlans plans) {
    this.plans = plans;
    this.consumer = plans.consumer();
    consumer.noteKind(QueryKind.LONG_BATCHES);
  }

  @Override
  public final Offset initialOffset() {
    return offset(0);
  }

  /** There is always another batch, until other queries take the requests. */
  @Override
  public final Offset latestOffset() {
    // The sink has done so before, if it is ours.
    consumer.settle();
    return offset(consumer.isSuperseded() ? plans.begun() : plans.begun() + 1);
  }

  @Override
  public final Offset deserializeOffset(String json) {
    return BatchOffset.parse(json);
  }

  /** Plans the batch that ends at {@code end}; one of an earlier run is empty. */
  @Override
  public final InputPartition[] planInputPartitions(Offset start, Offset end) {
    BatchOffset asked = (BatchOffset) end;
    boolean isKnown =
        asked.isOf(plans.incarnation())
            && (asked.batch() == plans.begun() || asked.batch() == plans.begun() + 1);
    return isKnown ? plan(asked.batch(), linger(asked.batch())) : new InputPartition[0];
  }

  final InputPartition[] plan(long batch, Duration linger) {
    consumer.begin(batch);
    return plans.plan(batch, linger).toArray(InputPartition[]::new);
  }

  private Duration linger(long batch) {
    return batch == 1 ? Duration.ZERO : consumer.configuration().epochLength();
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new LingeringReaderFactory(consumer.configuration().includeTimestamp());
  }

  @Override
  public final void commit(Offset end) {}

  @Override
  public final Map<String, String> metrics(Optional<Offset> latestConsumed) {
    return consumer.service().progress();
  }

  /** The query has no task running any more. */
  @Override
  public final void stop() {
    CoreCheck.forget(consumer);
    consumer.detach();
  }

  final ReaderPlans plans() {
    return plans;
  }

  final Offset offset(long batch) {
    return new BatchOffset(plans.incarnation(), batch);
  }

  @Override
  public String toString() {
    return "HTTPSourceV2[" + consumer.configuration().name() + "]";
  }
}
