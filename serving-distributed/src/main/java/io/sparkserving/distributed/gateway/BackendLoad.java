package io.sparkserving.distributed.gateway;

import io.sparkserving.driver.cluster.Backend;

/** A backend, and what its {@link Backends}, whose lock guards it, knows of it. */
final class BackendLoad {
  private final Backend backend;
  private int outstanding;
  private boolean failing;
  private long skippedUntil;

  BackendLoad(Backend backend) {
    this.backend = backend;
  }

  Backend backend() {
    return backend;
  }

  int outstanding() {
    return outstanding;
  }

  /** Failing, and not yet to be tried again. */
  boolean isSkipped(long now) {
    return failing && now - skippedUntil < 0;
  }

  /** Takes one more request. While the backend is failing, others are kept off meanwhile. */
  void take(long now, long skipNanos) {
    outstanding++;
    if (failing) {
      skippedUntil = now + skipNanos;
    }
  }

  void end() {
    outstanding--;
  }

  void fail(long now, long skipNanos) {
    failing = true;
    skippedUntil = now + skipNanos;
  }

  void recover() {
    failing = false;
  }
}
