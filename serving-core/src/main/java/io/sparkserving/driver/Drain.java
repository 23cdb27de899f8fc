package io.sparkserving.driver;

import io.sparkserving.options.OperationsConfiguration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets a query finish what its services hold, before it is stopped. At first they are only not
 * ready, so that load balancers turn elsewhere; then they take in no more. Runs on the thread that
 * stops the query, for {@code drainDelay} and {@code drainTimeout} at most.
 */
final class Drain {
  private static final long LOOK_MILLIS = 20;

  private Drain() {}

  static void run(List<Consumer> consumers) throws InterruptedException {
    consumers.forEach(Consumer::beginDraining);
    for (Consumer consumer : consumers) {
      sleepUntil(consumer.beginDraining() + operations(consumer).drainDelay().toNanos());
    }
    long refusing = System.nanoTime();
    for (Consumer consumer : consumers) {
      long deadline = refusing + operations(consumer).drainTimeout().toNanos();
      while (consumer.refuse() > 0 && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    }
  }

  private static OperationsConfiguration operations(Consumer consumer) {
    return consumer.configuration().operations();
  }

  private static void sleepUntil(long nanoTime) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanoTime - System.nanoTime());
  }
}
