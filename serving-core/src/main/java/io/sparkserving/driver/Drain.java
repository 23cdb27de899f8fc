package io.sparkserving.driver;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.options.OperationsConfiguration;
import java.time.Duration;
import java.util.List;

/**
 * Lets a query finish what its services hold, before it is stopped. At first the services are only
 * not ready, so that load balancers turn elsewhere; then they take in no more. Runs on the thread
 * that stops the query, for {@code drainDelay} and {@code drainTimeout} at most.
 */
final class Drain {
  private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

  private final NanoClock clock;

  Drain(NanoClock clock) {
    this.clock = clock;
  }

  /** Drains the services of all these consumers at the same time. */
  void run(List<Consumer> consumers) throws InterruptedException {
    consumers.forEach(Consumer::beginDraining);
    for (Consumer consumer : consumers) {
      sleepUntil(consumer.beginDraining() + operations(consumer).drainDelay().toNanos());
    }
    long refusing = clock.nanoTime();
    for (Consumer consumer : consumers) {
      long deadline = refusing + operations(consumer).drainTimeout().toNanos();
      while (consumer.refuse() > 0 && clock.nanoTime() < deadline) {
        clock.sleep(LOOK_NANOS);
      }
    }
  }

  private static OperationsConfiguration operations(Consumer consumer) {
    return consumer.configuration().operations();
  }

  private void sleepUntil(long nanoTime) throws InterruptedException {
    clock.sleep(nanoTime - clock.nanoTime());
  }
}
