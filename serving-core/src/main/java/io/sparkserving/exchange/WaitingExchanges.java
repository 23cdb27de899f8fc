package io.sparkserving.exchange;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges in the order in which they are to be taken, bounded in number and in bytes of bodies.
 * Where none waits, any exchange fits. Every method is called with the lock of the queue held, but
 * for {@link #size}.
 */
final class WaitingExchanges {
  private final int maxSize;
  private final long maxBytes;
  private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
  private long bytes;
  private volatile int size;

  WaitingExchanges(int maxSize, long maxBytes) {
    this.maxSize = maxSize;
    this.maxBytes = maxBytes;
  }

  /** Adds an exchange at the end; false if it does not fit. */
  boolean offerLast(Exchange exchange) {
    int more = exchange.request().size();
    if (!exchanges.isEmpty() && (exchanges.size() >= maxSize || bytes + more > maxBytes)) {
      return false;
    }
    exchanges.addLast(exchange);
    changed(more);
    return true;
  }

  /** Puts exchanges before all others, in their order; the bounds do not hold for them. */
  void addFirst(List<Exchange> first) {
    for (int i = first.size() - 1; i >= 0; i--) {
      exchanges.addFirst(first.get(i));
      changed(first.get(i).request().size());
    }
  }

  private void changed(long byBytes) {
    bytes += byBytes;
    size = exchanges.size();
  }

  /** The exchange that is to be taken next, or null if none waits. */
  @Nullable Exchange first() {
    return exchanges.peekFirst();
  }

  /**
   * The exchange that is to be taken next and is not answered yet, or null. One that came back from
   * a task, and was answered by it all the same, is removed.
   */
  @Nullable Exchange firstUnanswered() {
    Exchange next = exchanges.peekFirst();
    while (next != null && next.isAnswered()) {
      removeFirst();
      next = exchanges.peekFirst();
    }
    return next;
  }

  /** Removes the exchange that is to be taken next. */
  void removeFirst() {
    Exchange first = exchanges.removeFirst();
    changed(-first.request().size());
  }

  /** Removes the newest exchange, and returns it. */
  Exchange removeLast() {
    Exchange last = exchanges.removeLast();
    changed(-last.request().size());
    return last;
  }

  /** Removes an exchange, if it waits. */
  void remove(Exchange exchange) {
    if (exchanges.remove(exchange)) {
      changed(-exchange.request().size());
    }
  }

  /** Removes all exchanges. */
  void clear() {
    exchanges.clear();
    changed(-bytes);
  }

  boolean isEmpty() {
    return exchanges.isEmpty();
  }

  /** Number of waiting exchanges; for those who look without the lock too. */
  int size() {
    return size;
  }

  /** Bytes of the bodies of all waiting exchanges together. */
  long bytes() {
    return bytes;
  }
}
