package io.sparkserving.driver;

import io.sparkserving.driver.ServiceStanding.State;
import io.sparkserving.options.ServiceConfiguration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who takes the requests of a service: one query now, perhaps one that is to take over, and those
 * before that finish what they hold. {@link ServiceRegistry} changes it under its lock; all threads
 * may look.
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

  RunningService service() {
    return service;
  }

  long nextTerm() {
    lastTerm++;
    return lastTerm;
  }

  @Nullable Consumer current() {
    return current;
  }

  @Nullable Consumer successor() {
    return successor;
  }

  /** Who is about to start a query on the service again, if anybody is. */
  @Nullable String supervisor() {
    return supervisor;
  }

  /** Nobody takes requests, or is to. */
  boolean isVacant() {
    return current == null && successor == null && draining.isEmpty();
  }

  /** No query ever took requests. */
  boolean hadNobody() {
    return lastTerm == 0;
  }

  /**
   * Its requests will be taken no more: they are answered 503.
   *
   * @param why a sentence for whoever asks
   */
  void halt(String why) {
    whyHalted = why;
    service.halt();
  }

  void await(Consumer consumer) {
    successor = consumer;
  }

  /** The turn of a query begins; returns the one whose turn has ended, if there was one. */
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

  /** The query has ended. */
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

  /** Whether a query that asks for this can take the requests. */
  boolean isOfUse(Class<? extends RunningService> kind, ServiceConfiguration wanted) {
    return kind.isInstance(service) && isSame(wanted) && whyHalted == null;
  }

  private boolean isSame(ServiceConfiguration wanted) {
    return service.configuration().isSameServiceAs(wanted);
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

  Stream<Consumer> all() {
    return Stream.concat(draining.stream(), Stream.of(current, successor).filter(Objects::nonNull));
  }
}
