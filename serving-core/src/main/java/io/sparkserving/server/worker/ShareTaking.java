package io.sparkserving.server.worker;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.ServerExchanges;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes the shares of tasks of batches from the queue of one server. All threads may call all
 * methods; only {@link #awaitShare} waits.
 */
final class ShareTaking {
  private static final long LONGEST_LOOK_MILLIS = 100;

  private final ServerExchanges exchanges;
  private final DriverLink link;

  /** Of the last share that was waited for. */
  private volatile @Nullable LeaseKey awaited;

  ShareTaking(ServerExchanges exchanges, DriverLink link) {
    this.exchanges = exchanges;
    this.link = link;
  }

  /**
   * Returns the share of the waiting requests that is for one of several tasks, and for all tasks
   * that have the lease.
   *
   * @param takers how many will share what waits now, the task among them
   */
  CompletableFuture<List<Exchange>> share(Lease lease, int takers) {
    return exchanges.leases().share(lease, () -> take(lease, takers));
  }

  /**
   * Returns the share as {@link #share} does, and has whoever takes it wait until there is one, or
   * until another task of the batch has got one here: its requests wait for the batch's other
   * tasks. Returns early if the thread is interrupted, and leaves it so.
   *
   * @param timeoutNanos how long to wait
   */
  List<Exchange> awaitShare(Lease lease, int takers, long timeoutNanos) {
    try {
      return exchanges
          .leases()
          .share(lease, () -> awaitRequests(lease, takers, timeoutNanos))
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot share the requests of " + lease.key(), e);
    }
  }

  private List<Exchange> awaitRequests(Lease lease, int takers, long timeoutNanos) {
    LeaseKey key = lease.key();
    long begun = exchanges.clock().nanoTime();
    List<Exchange> taken = List.of();
    long left = timeoutNanos;
    try {
      while (taken.isEmpty() && left > 0 && isWorthToWait(key)) {
        if (exchanges.queue().awaitNotEmpty(key.term(), lookMillis(left))) {
          taken = List.copyOf(exchanges.queue().takeShare(lease, takers));
        }
        left = timeoutNanos - (exchanges.clock().nanoTime() - begun);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!taken.isEmpty()) {
      awaited = key;
    }
    return taken;
  }

  private boolean isWorthToWait(LeaseKey key) {
    LeaseKey last = awaited;
    boolean hasBegun = last != null && last.term() == key.term() && last.batch() == key.batch();
    return !hasBegun && !exchanges.queue().isOver(key.term());
  }

  /** How long to wait at once, as nobody says that there will be nothing to take. */
  private static long lookMillis(long leftNanos) {
    return Math.max(1, Math.min(LONGEST_LOOK_MILLIS, TimeUnit.NANOSECONDS.toMillis(leftNanos)));
  }

  private List<Exchange> take(Lease lease, int takers) {
    // Before the look, so that whatever comes after it is told again.
    link.taskLooks();
    List<Exchange> taken = exchanges.queue().takeShare(lease, takers);
    if (takers == 1) {
      link.lookForRequests();
    }
    return List.copyOf(taken);
  }
}
