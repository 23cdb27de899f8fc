package io.sparkserving.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The side of a queue on which tasks take several exchanges together. All threads may call all
 * methods, and none waits.
 */
final class QueueShares {
  /** A message with requests has no more bytes of bodies. */
  static final long MOST_POLLED_BYTES = 8L << 20;

  private final ExchangeQueue queue;

  // Used with the lock of the queue's watch held, but for methods that say otherwise.
  private final WaitingExchanges waiting;
  private final LoadShedding shedding;

  private final Pace pace;
  private final NanoClock clock;

  QueueShares(
      ExchangeQueue queue,
      WaitingExchanges waiting,
      LoadShedding shedding,
      Pace pace,
      NanoClock clock) {
    this.queue = queue;
    this.waiting = waiting;
    this.shedding = shedding;
    this.pace = pace;
    this.clock = clock;
  }

  /** See {@link ExchangeQueue#takeBatch}. */
  List<Exchange> takeBatch(Lease lease, int tasks) {
    return take(lease, tasks, waits -> Math.max(tasks, pace.shareSize()), false, Long.MAX_VALUE);
  }

  /** See {@link ExchangeQueue#takeShare}. */
  List<Exchange> takeShare(Lease lease, int takers) {
    return take(lease, takers, waits -> fairShare(waits, takers), true, Long.MAX_VALUE);
  }

  private int fairShare(int waits, int takers) {
    return Math.min(pace.shareSize(), (waits + takers - 1) / takers);
  }

  /**
   * Takes as {@link #takeShare} does, for a task elsewhere that goes on: nothing if the task has
   * enough to answer, and no more than a message is to carry.
   *
   * @param takers how many will share what waits now, the task among them
   */
  List<Exchange> takeMore(Lease lease, int takers) {
    int room = waiting.size() == 0 ? 0 : lease.room(shedding.mostAhead());
    return room == 0
        ? List.of()
        : take(
            lease,
            Math.max(1, takers),
            waits -> Math.min(room, fairShare(waits, Math.max(1, takers))),
            true,
            MOST_POLLED_BYTES);
  }

  /** Whether the oldest request is one that comes to tasks elsewhere with a batch only. */
  boolean hasTooLargeToPoll() {
    queue.watch.lock.lock();
    try {
      Exchange first = waiting.first();
      return first != null && first.request().size() > MOST_POLLED_BYTES;
    } finally {
      queue.watch.lock.unlock();
    }
  }

  private List<Exchange> take(
      Lease lease, int tasks, IntUnaryOperator most, boolean suspectsApart, long mostBytes) {
    List<Exchange> taken = new ArrayList<>();
    List<Exchange> shed;
    long bytes = 0;
    queue.watch.lock.lock();
    try {
      shedding.noteTasks(tasks);
      int share = most.applyAsInt(waiting.size());
      int together = mostTogether(waiting.first());
      int number = suspectsApart ? Math.min(share, together) : share;
      while (taken.size() < number
          && (!suspectsApart || mostTogether(waiting.first()) == together)) {
        bytes += size(waiting.first());
        Exchange next = bytes > mostBytes ? null : queue.takeFirst(lease);
        if (next == null) {
          break;
        }
        taken.add(next);
      }
      shed = shedding.noteTaken(taken.size(), waiting, clock.nanoTime());
    } finally {
      queue.watch.lock.unlock();
    }
    queue.refuse(shed);
    taken.removeIf(each -> !queue.isForTask(lease.key(), each));
    if (!taken.isEmpty()) {
      lease.beginShare(taken);
    }
    return taken;
  }

  private static int size(@Nullable Exchange exchange) {
    return exchange == null ? 0 : exchange.request().size();
  }

  private static int mostTogether(@Nullable Exchange exchange) {
    return exchange == null ? Integer.MAX_VALUE : exchange.mostTogether();
  }
}
