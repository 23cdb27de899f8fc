package io.sparkserving.exchange;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges in the order in which they are to be taken, bounded in number and in bytes of bodies.
 * Where none waits, any exchange fits. Every method is called with the lock of the queue held.
 */
final class WaitingExchanges {
  private final int maxSize;
  private final long maxBytes;
  private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
  private long bytes;

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
    bytes += more;
    return true;
  }

  /** Puts exchanges before all others, in their order; the bounds do not hold for them. */
  void addFirst(List<Exchange> first) {
    for (int i = first.size() - 1; i >= 0; i--) {
      exchanges.addFirst(first.get(i));
      bytes += first.get(i).request().size();
    }
  }

  /** The exchange that is to be taken next, or null if none waits. */
  @Nullable Exchange first() {
    return exchanges.peekFirst();
  }

  /** Removes the exchange that is to be taken next. */
  void removeFirst() {
    bytes -= exchanges.removeFirst().request().size();
  }

  /** Removes the newest exchange, and returns it. */
  Exchange removeLast() {
    Exchange last = exchanges.removeLast();
    bytes -= last.request().size();
    return last;
  }

  /** Removes an exchange, if it waits. */
  void remove(Exchange exchange) {
    if (exchanges.remove(exchange)) {
      bytes -= exchange.request().size();
    }
  }

  /** Removes all exchanges. */
  void clear() {
    exchanges.clear();
    bytes = 0;
  }

  boolean isEmpty() {
    return exchanges.isEmpty();
  }

  int size() {
    return exchanges.size();
  }

  /** Bytes of the bodies of all waiting exchanges together. */
  long bytes() {
    return bytes;
  }
}
