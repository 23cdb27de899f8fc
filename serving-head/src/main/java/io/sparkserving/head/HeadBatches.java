package io.sparkserving.head;

import io.sparkserving.driver.Consumer;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.ServerExchanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Cuts the queue into batches, and batches into slices. Only the query's thread calls the methods.
 *
 * <p>There is one batch at a time. The query may look at it as often as it likes, as it does when a
 * plan reads the stream twice; the batch is over when the query asks for the next one.
 */
final class HeadBatches {
  /** Holds the requests of a batch until they are dealt out. */
  private static final int WHOLE_BATCH = -1;

  private final Consumer consumer;
  private final ServerExchanges server;
  private final IntSupplier numPartitions;
  private long begun;
  private List<List<Exchange>> slices = List.of();
  private int mostSlices;

  /**
   * @param numPartitions asked for each batch, since executors may come and go
   */
  HeadBatches(Consumer consumer, ServerExchanges server, IntSupplier numPartitions) {
    this.consumer = consumer;
    this.server = server;
    this.numPartitions = numPartitions;
  }

  /**
   * Ends the batch before and waits a while for requests.
   *
   * @return the number of the next batch if there is something to process, else of the last one
   */
  long awaitNext(long timeoutMillis) throws InterruptedException {
    // The sink has done so before, if it is ours.
    consumer.settle();
    slices = List.of();
    boolean waiting = server.queue().awaitNotEmpty(consumer.term(), timeoutMillis);
    return waiting ? begun + 1 : begun;
  }

  /** Returns how many batches were begun. */
  long begun() {
    return begun;
  }

  /** Returns the key under which a slice is held. */
  LeaseKey key(long batch, int partition) {
    return new LeaseKey(consumer.term(), batch, partition);
  }

  /** Returns how many slices the current batch would have if many requests had waited. */
  int mostSlices() {
    return mostSlices;
  }

  /** Returns the slices of a batch; none for a batch that is over. */
  List<List<Exchange>> slices(long batch) {
    if (batch == begun + 1) {
      begun = batch;
      consumer.begin(batch);
      Lease whole = server.leases().open(key(batch, WHOLE_BATCH));
      mostSlices = numPartitions.getAsInt();
      slices = RequestSlices.of(server.queue().takeBatch(whole, mostSlices), mostSlices);
      Map<LeaseKey, List<Exchange>> parts = new HashMap<>();
      List<List<Exchange>> written = new ArrayList<>();
      for (int partition = 0; partition < slices.size(); partition++) {
        LeaseKey key = key(batch, partition);
        List<Exchange> slice = server.journaled(key, slices.get(partition));
        written.add(slice);
        parts.put(key, slice);
      }
      slices = List.copyOf(written);
      server.leases().deal(whole, parts);
      server.polls().begin(consumer.term(), batch, slices.size(), mostSlices);
    }
    return batch == begun ? slices : List.of();
  }
}
