package io.sparkserving.head;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.driver.BatchLength;
import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.DriverEndpoints;
import io.sparkserving.driver.DriverService;
import io.sparkserving.driver.QueryKind;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.format.BatchOffset;
import io.sparkserving.format.RequestStream;
import io.sparkserving.task.source.BatchShape;
import io.sparkserving.task.source.DeliveredRequest;
import io.sparkserving.task.source.SourceColumns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of reading requests that wait on the driver. Spark calls the stream on the
 * query's thread.
 */
final class HTTPMicroBatchStream extends RequestStream implements MicroBatchStream {
  /** How long a look for requests may wait for one; other sources of the query wait with it. */
  private static final long LINGER_MILLIS = 100;

  /** With more bodies than that, a batch is a short one. */
  private static final long MOST_KEPT_BYTES = 1 << 20;

  private final ServerExchanges server;
  private final HeadBatches batches;
  private final int lastAttempt;
  private @Nullable BatchOffset unfinished;

  HTTPMicroBatchStream(Consumer consumer, IntSupplier numPartitions, int lastAttempt) {
    this(consumer, ((DriverService) consumer.service()).exchanges(), numPartitions, lastAttempt);
  }

  private HTTPMicroBatchStream(
      Consumer consumer, ServerExchanges server, IntSupplier numPartitions, int lastAttempt) {
    super(HTTPSource.class, consumer, server.serverId(), QueryKind.HEAD);
    this.server = server;
    this.batches = new HeadBatches(consumer, server, numPartitions);
    this.lastAttempt = lastAttempt;
  }

  /**
   * Returns the end of the next batch as soon as a request waits, or of the last batch after a
   * while; null before the first batch of this run.
   */
  @Override
  public @Nullable Offset latestOffset() {
    checkSparkRuns();
    long batch;
    consumer().ready();
    try {
      batch = batches.awaitNext(LINGER_MILLIS);
    } catch (InterruptedException e) {
      // The query is being stopped. It looks at this flag as soon as it has its answer.
      Thread.currentThread().interrupt();
      batch = batches.begun();
    }
    return batch == 0 ? null : offset(batch);
  }

  /**
   * Plans the batch that ends at {@code end}. A batch that an earlier run has not finished, and
   * Spark tries again, is the first one of this run: whoever waits for a restart then waits for no
   * empty batch before. Any other batch of an earlier run is empty. With a journal, a batch of an
   * earlier run has what it had then.
   */
  @Override
  public InputPartition[] planInputPartitions(Offset start, Offset end) {
    BatchOffset asked = (BatchOffset) end;
    List<InputPartition> partitions = new ArrayList<>();
    replay((BatchOffset) start, asked).ifPresent(partitions::add);
    long batch = asked.isOf(incarnation()) ? asked.batch() : inPlaceOf(asked);
    List<List<Exchange>> slices = batch == 0 ? List.of() : batches.slices(batch);
    ServiceEndpoint endpoint = DriverEndpoints.of(server);
    BatchShape shape = new BatchShape(slices.size(), batches.mostSlices(), length(slices));
    for (int i = 0; i < slices.size(); i++) {
      partitions.add(
          new HTTPInputPartition(
              endpoint,
              batches.key(batch, i),
              lastAttempt,
              shape,
              journalPlace(),
              slices.get(i).stream().map(DeliveredRequest::of).toList()));
    }
    return partitions.toArray(InputPartition[]::new);
  }

  @Override
  protected void journalBegins(JournalPlace place) {
    server.journal(consumer().term(), place);
  }

  /** Spark keeps what a batch began with until it ends, for tasks that have to be tried again. */
  private Duration length(List<List<Exchange>> slices) {
    long bytes =
        slices.stream().flatMap(List::stream).mapToLong(each -> size(each.request().body())).sum();
    boolean isShort = bytes > MOST_KEPT_BYTES && batchLength().compareTo(BatchLength.SHORT) > 0;
    return isShort ? BatchLength.SHORT : batchLength();
  }

  private static long size(byte @Nullable [] body) {
    return body == null ? 0 : body.length;
  }

  /** The batch of this run that takes the place of one of an earlier run; 0 for none. */
  private long inPlaceOf(BatchOffset earlier) {
    if (journalPlace() != null) {
      // What is taken now is of this run's batches.
      return 0;
    }
    if (batches.begun() == 0) {
      unfinished = earlier;
      consumer().ready();
    }
    return earlier.equals(unfinished) && batches.begun() <= 1 ? 1 : 0;
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new HTTPPartitionReaderFactory(SourceColumns.of(consumer().configuration()));
  }
}
