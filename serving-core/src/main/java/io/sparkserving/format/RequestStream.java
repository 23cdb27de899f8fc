package io.sparkserving.format;

import io.sparkserving.driver.BatchLength;
import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.QueryKind;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.task.source.ReplayPartition;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReportsSourceMetrics;
import org.jspecify.annotations.Nullable;

/**
 * A query's stream of a service's requests, as far as all modes answer Spark alike: offsets,
 * progress reports and the end. Spark calls the stream on the query's thread, and with the
 * continuous trigger on a thread of the epoch coordinator too.
 */
public abstract class RequestStream implements ReportsSourceMetrics {
  private final String source;
  private final Consumer consumer;
  private final String incarnation;
  private final SparkContext spark = SparkContext.getOrCreate();

  private @Nullable QueryJournal journal;

  /** Null until a batch is planned, before which the query is not known. */
  private @Nullable Duration batchLength;

  /**
   * @param source whose name stands for the stream in Spark's progress reports
   * @param consumer the run of the query, attached to the service
   * @param serviceId names this run of the service
   * @param kind how the query takes requests
   */
  protected RequestStream(
      Class<? extends RequestTable> source, Consumer consumer, String serviceId, QueryKind kind) {
    this.source = source.getSimpleName();
    this.consumer = consumer;
    this.incarnation = serviceId + "-" + consumer.term();
    consumer.noteKind(kind);
  }

  /** The run of the query that reads the stream. */
  protected final Consumer consumer() {
    return consumer;
  }

  /** Names this run of the query; the next run on the same service counts batches anew. */
  protected final String incarnation() {
    return incarnation;
  }

  /**
   * Fails the query if its Spark has been stopped, of which a query without anything to do would
   * hear nothing otherwise.
   */
  protected final void checkSparkRuns() {
    if (spark.isStopped()) {
      throw new IllegalStateException(
          "The Spark application has ended, and with it " + consumer.service() + ".");
    }
  }

  /** How long a batch may go on. To be asked while a batch is planned, on the query's thread. */
  protected final Duration batchLength() {
    if (batchLength == null) {
      batchLength = BatchLength.of(consumer.configuration());
    }
    return batchLength;
  }

  /** The offset where this run of the query has begun so many batches. */
  protected final BatchOffset offset(long batch) {
    return journal == null
        ? new BatchOffset(incarnation, batch)
        : new BatchOffset(
            incarnation, batch, new BatchOffset.Journaled(journal.place().generation(), 0));
  }

  /** Has requests written down. Called before Spark asks for anything. */
  void writeTo(QueryJournal opened) {
    journal = opened;
    journalBegins(opened.place());
  }

  /** Hears where requests are to be written down; by default, tasks are told. */
  protected void journalBegins(JournalPlace place) {}

  /** Where requests are written down; null for nowhere. */
  protected final @Nullable JournalPlace journalPlace() {
    return journal == null ? null : journal.place();
  }

  /**
   * What has to be computed again of what earlier runs took, between two offsets; empty if there is
   * nothing. Waits until servers have no say in it any more.
   */
  protected final Optional<ReplayPartition> replay(BatchOffset start, BatchOffset end) {
    return journal == null
        ? Optional.empty()
        : journal.replay(start, end.isOf(incarnation) ? offset(0) : end, consumer.service());
  }

  /** With a journal, where that begins: an earlier run may have ended before its first batch. */
  @Override
  public final Offset initialOffset() {
    return journal == null
        ? offset(0)
        : new BatchOffset(incarnation, 0, new BatchOffset.Journaled(0, 0));
  }

  @Override
  public final Offset deserializeOffset(String json) {
    return BatchOffset.parse(json);
  }

  /**
   * Forgets what is not needed any more of a journal. The sink settles a batch, when all replies of
   * the batch are written.
   */
  @Override
  public void commit(Offset end) {
    if (journal != null) {
      journal.trim((BatchOffset) end);
    }
  }

  @Override
  public final Map<String, String> metrics(Optional<Offset> latestConsumed) {
    return consumer.service().progress();
  }

  /** Ends the run. Spark calls this when the query has no task running any more. */
  @Override
  public void stop() {
    consumer.detach();
  }

  @Override
  public final String toString() {
    return source + "[" + consumer.configuration().name() + "]";
  }
}
