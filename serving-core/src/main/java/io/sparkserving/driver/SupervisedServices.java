package io.sparkserving.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * The services whose query has failed or ended, and that await the supervisor who is to start the
 * query again, at the time of each call. All threads may call all methods.
 */
public final class SupervisedServices {
  private final ServiceCatalogue catalogue;
  private final String supervisor;

  SupervisedServices(ServiceCatalogue catalogue, String supervisor) {
    this.catalogue = catalogue;
    this.supervisor = supervisor;
  }

  /** Whether any service awaits the supervisor. */
  public boolean isAwaiting() {
    return !awaiting().isEmpty();
  }

  /**
   * How many requests to the services queries have answered so far, by a reply or by failing on
   * them for good. Waits for a bounded time.
   */
  public long answers() {
    return awaiting().stream().mapToLong(turns -> turns.service().answers()).sum();
  }

  /** Notes that the query of the services is started again. */
  public void noteRestart() {
    awaiting().forEach(turns -> turns.service().noteRestart());
  }

  /**
   * Makes the services answer 503, as the supervisor starts their query no more.
   *
   * @param why a sentence for whoever asks
   */
  public void halt(String why) {
    awaiting().forEach(turns -> turns.halt(why));
  }

  /**
   * Closes the services, and waits for a bounded time until each has closed. One of which an
   * earlier query still holds requests is closed when that query has ended.
   */
  public void close() {
    List<ClosingService> closing = new ArrayList<>();
    synchronized (catalogue) {
      for (Turns turns : awaiting()) {
        turns.endSupervision();
        if (turns.isVacant()) {
          closing.add(catalogue.remove(turns));
        }
      }
    }
    closing.forEach(ClosingService::close);
  }

  /** Looks with the lock held, as a query that is just starting takes its service's turn there. */
  private List<Turns> awaiting() {
    synchronized (catalogue) {
      return catalogue.turns().stream()
          .filter(turns -> turns.isUntaken() && supervisor.equals(turns.supervisor()))
          .toList();
    }
  }
}
