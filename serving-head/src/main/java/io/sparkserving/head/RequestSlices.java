package io.sparkserving.head;

import io.sparkserving.exchange.Exchange;
import java.util.ArrayList;
import java.util.List;

/**
 * Deals requests out to tasks, in order and evenly. Requests that may have made a task fail go
 * apart, in groups that are as small as need be. A task gets no more bytes than Spark can send with
 * it, so large requests may need more tasks than were asked for.
 */
final class RequestSlices {
  static final long MOST_BYTES = 32L << 20;

  private final List<List<Exchange>> slices = new ArrayList<>();
  private List<Exchange> current = new ArrayList<>();
  private long currentBytes;

  private RequestSlices() {}

  static List<List<Exchange>> of(List<Exchange> exchanges, int numPartitions) {
    RequestSlices result = new RequestSlices();
    List<Exchange> unsuspected =
        exchanges.stream().filter(exchange -> !isSuspect(exchange)).toList();
    int size = Math.max(1, (unsuspected.size() + numPartitions - 1) / numPartitions);
    unsuspected.forEach(exchange -> result.add(exchange, size));
    result.finishSlice();
    int together = Integer.MAX_VALUE;
    for (Exchange suspect : exchanges.stream().filter(RequestSlices::isSuspect).toList()) {
      if (suspect.mostTogether() != together) {
        result.finishSlice();
        together = suspect.mostTogether();
      }
      result.add(suspect, together);
    }
    result.finishSlice();
    return result.slices;
  }

  private static boolean isSuspect(Exchange exchange) {
    return exchange.mostTogether() != Integer.MAX_VALUE;
  }

  private void add(Exchange exchange, int size) {
    int bytes = exchange.request().size();
    if (current.size() >= size || currentBytes + bytes > MOST_BYTES) {
      finishSlice();
    }
    current.add(exchange);
    currentBytes += bytes;
  }

  private void finishSlice() {
    if (!current.isEmpty()) {
      slices.add(current);
    }
    current = new ArrayList<>();
    currentBytes = 0;
  }
}
