package io.sparkserving.driver;

import io.sparkserving.exchange.NanoClock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A query whose requests a successor takes by now. The query finishes what it holds, and is then
 * stopped, on a daemon thread of its own. Requests that it still holds when a request would have
 * timed out are not waited for: they are given to the successor.
 */
final class Predecessor implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);
  private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

  private final Consumer consumer;
  private final long successorTerm;
  private final NanoClock clock;

  Predecessor(Consumer consumer, long successorTerm, NanoClock clock) {
    this.consumer = consumer;
    this.successorTerm = successorTerm;
    this.clock = clock;
  }

  /** Starts the thread. */
  void start() {
    String name = "spark-serving-takeover-" + consumer.service().configuration().name();
    Thread thread = new Thread(this, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    try {
      awaitDrained();
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.warn("Cannot tell what {}, which was replaced, holds", consumer, e);
      stop();
    }
  }

  private void stop() {
    try {
      consumer.query().stop().stop();
      LOG.info("Stopped {}, which was replaced", consumer);
    } catch (Throwable e) { // Spark's methods throw more than they declare.
      LOG.warn("Cannot stop {}, which was replaced", consumer, e);
    }
  }

  private void awaitDrained() throws InterruptedException {
    RunningService service = consumer.service();
    long deadline = clock.nanoTime() + service.configuration().requestTimeout().toNanos();
    while (service.held(successorTerm) > 0 && clock.nanoTime() < deadline) {
      clock.sleep(LOOK_NANOS);
    }
  }
}
