package io.sparkserving.driver;

import io.sparkserving.driver.ServiceStanding.State;
import io.sparkserving.options.ServiceConfiguration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who takes the requests of a service: one query now, perhaps a successor that is to take over, and
 * earlier queries that finish what they hold. {@link ServiceRegistry} changes turns with the
 * catalogue's lock held; all threads may look.
 */
final class Turns {
  private final RunningService service;
  private final List<Consumer> draining = new CopyOnWriteArrayList<>();
  private volatile @Nullable Consumer current;
  private volatile @Nullable Consumer successor;
  private volatile @Nullable String supervisor;
  private volatile @Nullable String whyHalted;
  private long lastTerm;

  Turns(RunningService service) {
    this.service = service;
  }

  /** The service whose requests are taken. */
  RunningService service() {
    return service;
  }

  /** Counts a new term, the first of which is 1. */
  long nextTerm() {
    lastTerm++;
    return lastTerm;
  }

  /** The query that takes the requests now, or null while none does. */
  @Nullable Consumer current() {
    return current;
  }

  /** The query that is to take over from the current one, or null if none is. */
  @Nullable Consumer successor() {
    return successor;
  }

  /** Who is about to start a query on the service again, if anybody is. */
  @Nullable String supervisor() {
    return supervisor;
  }

  /** Whether no query takes requests, is to take them, or still holds any. */
  boolean isVacant() {
    return isUntaken() && draining.isEmpty();
  }

  /** Whether no query takes requests or is to take them; earlier ones may still hold some. */
  boolean isUntaken() {
    return current == null && successor == null;
  }

  /** Notes that nobody is to start a query on the service again. */
  void endSupervision() {
    supervisor = null;
  }

  /** Whether no query ever took requests. */
  boolean hadNobody() {
    return lastTerm == 0;
  }

  /**
   * Makes the service answer 503 to all requests, as no query will take them any more.
   *
   * @param why a sentence for whoever asks
   */
  void halt(String why) {
    whyHalted = why;
    service.halt();
  }

  /** Notes that a query is to take over from the current one as soon as it is ready. */
  void await(Consumer consumer) {
    successor = consumer;
  }

  /** Begins the turn of a query, and returns the query whose turn has ended, or null. */
  @Nullable Consumer begin(Consumer consumer) {
    Consumer before = current;
    if (before != null) {
      draining.add(before);
    }
    current = consumer;
    supervisor = consumer.query().supervisor();
    if (successor == consumer) {
      successor = null;
    }
    service.beginTerm(consumer.term());
    return before;
  }

  /** Forgets a query that has ended. */
  void remove(Consumer consumer) {
    draining.remove(consumer);
    if (current == consumer) {
      current = null;
    }
    if (successor == consumer) {
      successor = null;
    }
  }

  /** How the service is doing. */
  ServiceStanding standing() {
    Consumer serving = current;
    String halt = whyHalted;
    if (halt != null) {
      return new ServiceStanding(service, State.GIVEN_UP, halt, serving);
    }
    if (serving == null) {
      return supervisor == null
          ? new ServiceStanding(service, State.STARTING, "No query takes its requests yet.", null)
          : new ServiceStanding(
              service, State.RESTARTING, "Its query has failed and is to start again.", null);
    }
    if (serving.isDraining()) {
      return new ServiceStanding(service, State.DRAINING, "It is about to stop.", serving);
    }
    if (!serving.isReady() || service.servers().isEmpty()) {
      return new ServiceStanding(
          service, State.STARTING, "Its query or its servers are about to start.", serving);
    }
    return new ServiceStanding(service, State.SERVING, "A query takes its requests.", serving);
  }

  /** Whether a query that asks for this kind of service and these options can take the requests. */
  boolean isOfUse(Class<? extends RunningService> kind, ServiceConfiguration wanted) {
    return kind.isInstance(service) && isSame(wanted) && whyHalted == null;
  }

  private boolean isSame(ServiceConfiguration wanted) {
    return service.configuration().isSameServiceAs(wanted);
  }

  /**
   * Throws if another query serves and the name was loaded anew since, without leave to take over.
   *
   * @param wanted what the latest load of the name asks for, or null if there was none
   */
  void checkDeclared(@Nullable ServiceConfiguration wanted) {
    // The object, not its value: a load after the start means a second query on the name.
    boolean loadedAnew =
        wanted == null || all().noneMatch(consumer -> consumer.configuration() == wanted);
    if (current != null && loadedAnew) {
      checkTakeover(wanted);
    }
  }

  /** Throws if a query is started again although another has taken over by now. */
  void checkRestart(QueryRun query) {
    boolean isFree = current == null && supervisor == null;
    // Set by every query whose turn begins.
    if (query.isRestart() && !isFree && !Objects.equals(supervisor, query.supervisor())) {
      throw new IllegalStateException(
          "Cannot serve '%s' again: another query has taken over."
              .formatted(service.configuration().name()));
    }
  }

  /** Throws unless the query that asks for the service may join the one that serves it. */
  void checkTakeover(@Nullable ServiceConfiguration wanted) {
    Consumer serving = Objects.requireNonNull(current);
    String name = service.configuration().name();
    if (wanted == null || !wanted.takeover()) {
      throw new IllegalStateException(
          ("Cannot serve '%s': query %s serves it already, at %s. Stop that query first, choose"
                  + " another name, or load with option takeover to replace it.")
              .formatted(name, serving.query().id(), service));
    }
    if (successor != null) {
      throw new IllegalStateException(
          "Cannot take over '%s': %s is about to do so.".formatted(name, successor));
    }
    if (!isSame(wanted)) {
      throw new IllegalArgumentException(
          "Cannot take over '%s' with other options: expected %s."
              .formatted(name, service.configuration().differences(wanted)));
    }
  }

  /** Throws unless queries of this kind can take the requests. */
  void checkKind(Class<? extends RunningService> kind) {
    if (!kind.isInstance(service)) {
      throw new IllegalStateException(
          ("Cannot take over %s: its requests wait elsewhere than those of this format. Stop query"
                  + " %s first, or load with the same format.")
              .formatted(service, Objects.requireNonNull(current).query().id()));
    }
  }

  /** All queries that take requests, are to take them, or still hold some. */
  Stream<Consumer> all() {
    return Stream.concat(draining.stream(), Stream.of(current, successor).filter(Objects::nonNull));
  }
}
