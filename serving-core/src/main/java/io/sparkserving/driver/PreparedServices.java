package io.sparkserving.driver;

import io.netty.util.Timer;
import io.sparkserving.schema.ApiTypes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services that listen before their query asks for them, so that a port in use fails the start of
 * the query. One to which no query comes is closed after ten seconds. All threads may call all
 * methods.
 */
final class PreparedServices {
  private static final Logger LOG = LoggerFactory.getLogger(PreparedServices.class);

  /** How long a prepared service waits for its query. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ServiceCatalogue catalogue;
  private final Timer timer;

  PreparedServices(ServiceCatalogue catalogue, Timer timer) {
    this.catalogue = catalogue;
    this.timer = timer;
  }

  /** Does what {@link ServiceRegistry#prepare} says. */
  void prepare(String name, ApiTypes types) {
    RunningService prepared = open(name, types);
    awaitReachable(prepared);
    timer.newTimeout(
        fired -> {
          if (isVacant(prepared)) {
            runAside("close-" + name, () -> closeUnused(prepared));
          }
        },
        PATIENCE.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private RunningService open(String name, ApiTypes types) {
    while (true) {
      catalogue.awaitClosed(name);
      synchronized (catalogue) {
        if (catalogue.isClosing(name)) {
          continue;
        }
        Turns turns = catalogue.turns(name);
        if (turns == null) {
          turns = catalogue.openDeclared(name);
        } else {
          turns.checkDeclared(catalogue.declared(name));
        }
        catalogue.describe(name, types);
        return turns.service();
      }
    }
  }

  /** Runs something that may wait on a thread of its own, which the timer's has to leave to it. */
  static void runAside(String name, Runnable task) {
    Thread thread = new Thread(task, "spark-serving-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits for a bounded time until clients reach a service, and closes it if they do not. Without
   * the lock, so that a gateway that is silent holds up no other service.
   */
  void awaitReachable(RunningService service) {
    try {
      service.awaitReachable();
    } catch (RuntimeException | Error e) {
      abandon(service);
      throw e;
    }
  }

  private void abandon(RunningService service) {
    ClosingService closing;
    synchronized (catalogue) {
      Turns turns = catalogue.turnsOf(service);
      if (turns == null) {
        return;
      }
      closing = catalogue.remove(turns);
    }
    closing.close();
  }

  private boolean isVacant(RunningService service) {
    Turns turns = catalogue.turnsOf(service);
    return turns != null && turns.isVacant();
  }

  private void closeUnused(RunningService service) {
    ClosingService closing;
    synchronized (catalogue) {
      Turns turns = catalogue.turnsOf(service);
      if (turns == null || !turns.isVacant() || !turns.hadNobody()) {
        return;
      }
      LOG.warn("No query came to serve {}: closing it", service);
      closing = catalogue.remove(turns);
    }
    closing.close();
  }
}
