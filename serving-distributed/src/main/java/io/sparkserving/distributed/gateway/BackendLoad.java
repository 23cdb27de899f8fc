package io.sparkserving.distributed.gateway;

import io.sparkserving.driver.cluster.Backend;

/** A server with its open requests and failures. The lock of {@link Backends} guards all fields. */
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

  /** Returns whether the server is failing and not yet to be tried again. */
  boolean isSkipped(long now) {
    return failing && now - skippedUntil < 0;
  }

  /** Counts one more request. A failing server is skipped while that request tries it. */
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
