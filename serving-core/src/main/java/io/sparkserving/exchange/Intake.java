package io.sparkserving.exchange;

/**
 * Whether a server takes in requests, and for whom. Queries take them one after another, each in a
 * term of its own, from 1; what is said of a term does not hold for later ones. All threads may
 * call all methods.
 */
final class Intake {
  private volatile long begun;
  private volatile long released;
  private volatile boolean closed;

  /** Requests are for the query of this term from now on. */
  synchronized void begin(long term) {
    begun = Math.max(begun, term);
  }

  /** The query of this term has ended. */
  synchronized void release(long term) {
    released = Math.max(released, term);
  }

  /** Nobody will take requests any more. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  Readiness readiness() {
    if (closed) {
      return Readiness.STOPPED;
    }
    return released >= begun ? Readiness.NO_QUERY : Readiness.READY;
  }
}
