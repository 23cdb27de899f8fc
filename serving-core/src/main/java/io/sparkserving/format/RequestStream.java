package io.sparkserving.format;

import io.sparkserving.driver.BatchLength;
import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.QueryKind;
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
  protected final Offset offset(long batch) {
    return new BatchOffset(incarnation, batch);
  }

  @Override
  public final Offset initialOffset() {
    return offset(0);
  }

  @Override
  public final Offset deserializeOffset(String json) {
    return BatchOffset.parse(json);
  }

  /** Does nothing: the sink settles a batch when all replies of the batch are written. */
  @Override
  public void commit(Offset end) {}

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
