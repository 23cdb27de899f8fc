package io.sparkserving.driver;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A query whose requests another one takes by now. It finishes what it holds, and is then stopped,
 * on a daemon thread of its own. Whatever takes longer than a request may is not waited for: it is
 * taken from it and given to the other.
 */
final class Predecessor implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Consumer consumer;
  private final long successorTerm;

  private Predecessor(Consumer consumer, long successorTerm) {
    this.consumer = consumer;
    this.successorTerm = successorTerm;
  }

  static void drain(Consumer consumer, long successorTerm) {
    String name = "spark-serving-takeover-" + consumer.service().configuration().name();
    Thread thread = new Thread(new Predecessor(consumer, successorTerm), name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    try {
      awaitDrained();
      consumer.query().stop().stop();
      LOG.info("Stopped {}, which was replaced", consumer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | RuntimeException e) {
      LOG.warn("Cannot stop {}, which was replaced", consumer, e);
    }
  }

  private void awaitDrained() throws InterruptedException {
    RunningService service = consumer.service();
    long deadline = System.nanoTime() + service.configuration().requestTimeout().toNanos();
    while (service.held(successorTerm) > 0 && System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
  }
}
