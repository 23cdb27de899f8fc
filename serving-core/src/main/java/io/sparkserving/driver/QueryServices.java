package io.sparkserving.driver;

import io.sparkserving.exchange.NanoClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The services whose requests one query takes, or is to take, at the time of each call. All threads
 * may call all methods; only {@link #drain} waits.
 */
public final class QueryServices {
  private final ServiceCatalogue catalogue;
  private final NanoClock clock;
  private final String queryId;

  QueryServices(ServiceCatalogue catalogue, NanoClock clock, String queryId) {
    this.catalogue = catalogue;
    this.clock = clock;
    this.queryId = queryId;
  }

  /**
   * Lets the query, which is about to be stopped, finish what its services hold. Services that
   * another query takes over are not its own any more. Waits for {@link #drainTime} at most.
   *
   * @throws InterruptedException if the thread is told not to wait
   */
  public void drain() throws InterruptedException {
    new Drain(clock).run(serving());
  }

  /** How long {@link #drain} may take. */
  public Duration drainTime() {
    return serving().stream()
        .map(consumer -> consumer.configuration().operations())
        .map(operations -> operations.drainDelay().plus(operations.drainTimeout()))
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** The query has finished a batch and has delivered all of its replies to the named service. */
  public void settle(String name) {
    consumers().stream()
        .filter(consumer -> consumer.service().configuration().name().equals(name))
        .forEach(Consumer::settle);
  }

  /**
   * Whether the query consumes the requests of all its services.
   *
   * @return empty if the query has no services
   */
  public Optional<Boolean> isReady() {
    List<Consumer> consumers = consumers();
    return consumers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            consumers.stream()
                .allMatch(
                    consumer -> consumer.isReady() && !consumer.service().servers().isEmpty()));
  }

  /** The consumers whose service ends with them. */
  private List<Consumer> serving() {
    return consumers().stream()
        .filter(
            consumer -> {
              Turns turns = catalogue.turnsOf(consumer.service());
              return turns != null && turns.current() == consumer && turns.successor() == null;
            })
        .toList();
  }

  private List<Consumer> consumers() {
    return catalogue.turns().stream()
        .flatMap(Turns::all)
        .filter(consumer -> consumer.query().id().equals(queryId))
        .toList();
  }
}
