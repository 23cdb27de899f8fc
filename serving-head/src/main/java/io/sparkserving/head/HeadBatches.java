package io.sparkserving.head;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Service;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Cuts the queue into batches and batches into slices. Used by the query's thread alone.
 *
 * <p>There is one batch at a time. The query may look at it as often as it likes, as it does when a
 * plan reads the stream twice; the batch is over when the query asks for the next one.
 */
final class HeadBatches {
  private final Service service;
  private final IntSupplier numPartitions;
  private long begun;
  private List<List<Exchange>> slices = List.of();

  /**
   * @param numPartitions asked for each batch, since executors may come and go
   */
  HeadBatches(Service service, IntSupplier numPartitions) {
    this.service = service;
    this.numPartitions = numPartitions;
  }

  /**
   * Ends the batch before and waits a while for requests.
   *
   * @return the number of the next batch if there is something to process, else of the last one
   */
  long awaitNext(long timeoutMillis) throws InterruptedException {
    service.leases().settle();
    slices = List.of();
    return service.queue().awaitNotEmpty(timeoutMillis) ? begun + 1 : begun;
  }

  /** How many batches were begun. */
  long begun() {
    return begun;
  }

  /** The slices of a batch; none for a batch that is over. */
  List<List<Exchange>> slices(long batch) {
    if (batch == begun + 1) {
      begun = batch;
      slices = RequestSlices.of(service.queue().drain(), numPartitions.getAsInt());
      for (int partition = 0; partition < slices.size(); partition++) {
        service.leases().lease(new LeaseKey(batch, partition), slices.get(partition));
      }
    }
    return batch == begun ? slices : List.of();
  }
}
