package io.sparkserving.service;

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
  private volatile boolean halted;
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

  /** Its requests will be taken no more: they are answered 503. */
  void halt() {
    halted = true;
    service.halt();
  }

  boolean isHalted() {
    return halted;
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

  Stream<Consumer> all() {
    return Stream.concat(draining.stream(), Stream.of(current, successor).filter(Objects::nonNull));
  }
}
