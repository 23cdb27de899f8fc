package io.sparkserving.exchange;

import org.jspecify.annotations.Nullable;

/**
 * Whether a server, or a service, takes in requests, and for whom. Queries take them one after
 * another, each in a term of its own, from 1; what is said of a term does not hold for later ones.
 * All threads may call all methods.
 */
public final class Intake {
  private volatile long begun;
  private volatile long released;
  private volatile long draining;
  private volatile long refusing;
  private volatile @Nullable Readiness suspension;
  private volatile boolean closed;

  /** Notes that requests are for the query of this term from now on. */
  public synchronized void begin(long term) {
    begun = Math.max(begun, term);
  }

  /** Notes that the query of this term has ended. */
  public synchronized void release(long term) {
    released = Math.max(released, term);
  }

  /** Notes that the query of this term is about to be stopped. */
  public synchronized void drain(long term) {
    draining = Math.max(draining, term);
  }

  /** Notes that the query of this term gets no more requests. */
  synchronized void refuse(long term) {
    refusing = Math.max(refusing, term);
  }

  /** Notes why nobody takes requests for a while; with null, that somebody does again. */
  void suspend(@Nullable Readiness reason) {
    suspension = reason;
  }

  /** Notes that no query will take requests any more. */
  public void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether requests are answered without being looked at, also those that are there. */
  boolean isStopped() {
    return closed || suspension != null;
  }

  boolean isDraining() {
    return draining > 0 && draining >= begun;
  }

  /** The answer to a request that comes now, or null if the request is to be taken in. */
  @Nullable ReplyMessage refusal() {
    if (isStopped()) {
      return Problems.stopped();
    }
    return refusing > 0 && refusing >= begun ? Problems.draining() : null;
  }

  /** Whether a query takes the requests. */
  public Readiness readiness() {
    if (closed) {
      return Readiness.STOPPED;
    }
    Readiness suspended = suspension;
    if (suspended != null) {
      return suspended;
    }
    if (isDraining()) {
      return Readiness.DRAINING;
    }
    return released >= begun ? Readiness.NO_QUERY : Readiness.READY;
  }
}
