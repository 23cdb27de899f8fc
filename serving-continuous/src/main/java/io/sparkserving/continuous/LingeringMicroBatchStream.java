package io.sparkserving.continuous;

import io.sparkserving.driver.QueryKind;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.format.BatchOffset;
import io.sparkserving.format.RequestStream;
import io.sparkserving.task.source.SourceColumns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;

/**
 * Batches that take requests for as long as {@code epochLength} says, one right after the other. A
 * batch that is planned while there is no executor ends as soon as there is one. Spark calls the
 * stream on the query's thread.
 */
class LingeringMicroBatchStream extends RequestStream implements MicroBatchStream {
  private final ReaderPlans plans;

  LingeringMicroBatchStream(ReaderPlans plans) {
    super(HTTPSourceV2.class, plans.consumer(), plans.runId(), QueryKind.LONG_BATCHES);
    this.plans = plans;
  }

  /** Returns the end of another batch, until another query takes the requests. */
  @Override
  public final Offset latestOffset() {
    // The sink has done so before, if it is ours.
    consumer().settle();
    return offset(consumer().isSuperseded() ? plans.begun() : plans.begun() + 1);
  }

  /** Plans the batch that ends at {@code end}; a batch of an earlier run has what a journal has. */
  @Override
  public final InputPartition[] planInputPartitions(Offset start, Offset end) {
    BatchOffset asked = (BatchOffset) end;
    boolean isKnown =
        asked.isOf(incarnation())
            && (asked.batch() == plans.begun() || asked.batch() == plans.begun() + 1);
    List<InputPartition> planned = new ArrayList<>();
    replay((BatchOffset) start, asked).ifPresent(planned::add);
    if (isKnown) {
      planned.addAll(List.of(plan(asked.batch(), consumer().configuration().epochLength())));
    }
    return planned.toArray(InputPartition[]::new);
  }

  @Override
  protected final void journalBegins(JournalPlace place) {
    plans.writeTo(place);
  }

  final InputPartition[] plan(long batch, Duration linger) {
    consumer().begin(batch);
    return plans.plan(batch, linger).toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new LingeringReaderFactory(SourceColumns.of(consumer().configuration()));
  }

  @Override
  public final void stop() {
    CoreCheck.forget(consumer());
    super.stop();
  }

  final ReaderPlans plans() {
    return plans;
  }
}
