package io.sparkserving.exchange;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request from accept to answer. It is answered exactly once: the first answer wins. Any
 * thread may answer.
 */
public final class Exchange {
  static final long NOT_TAKEN = 0;

  private final long id;
  private final RequestMessage request;
  private final long arrivalMicros;
  private final long arrivedNanos = System.nanoTime();
  private final Responder responder;
  private final AtomicBoolean answered = new AtomicBoolean();
  private volatile @Nullable Runnable timeoutCancellation;

  /** Where it is, if a task holds it; written by the queue alone, under its lock. */
  private volatile @Nullable Lease lease;

  // Written by the queue alone, under its lock, through which the exchange comes to whoever
  // answers.
  private long takenNanos = NOT_TAKEN;

  // Written by Leases alone, under its lock.
  private volatile int failedAttempts;

  Exchange(long id, RequestMessage request, long arrivalMicros, Responder responder) {
    this.id = id;
    this.request = request;
    this.arrivalMicros = arrivalMicros;
    this.responder = responder;
  }

  /** Unique in the service for as long as the service lives. */
  public long id() {
    return id;
  }

  /** What the client sent. */
  public RequestMessage request() {
    return request;
  }

  /** When the request had arrived, in microseconds since 1970-01-01 UTC. */
  public long arrivalMicros() {
    return arrivalMicros;
  }

  /** When it had arrived, on the clock of {@link System#nanoTime}. */
  long arrivedNanos() {
    return arrivedNanos;
  }

  /** When it last left the queue for a task, on that clock; {@link #NOT_TAKEN} if it waits. */
  long takenNanos() {
    return takenNanos;
  }

  void noteTaken(Lease by) {
    lease = by;
    takenNanos = System.nanoTime();
  }

  void notePutBack() {
    lease = null;
    takenNanos = NOT_TAKEN;
  }

  /** How often a task failed on this exchange, as far as can be told. */
  public int failedAttempts() {
    return failedAttempts;
  }

  int noteFailedAttempt() {
    failedAttempts = failedAttempts + 1;
    return failedAttempts;
  }

  boolean isAnswered() {
    return answered.get();
  }

  /** Says how to cancel the time-out, which may have come already. */
  void cancelTimeoutWith(Runnable cancellation) {
    timeoutCancellation = cancellation;
    // The answer may have come between the time-out's start and this line.
    if (isAnswered()) {
      cancellation.run();
    }
  }

  /** Claims the right to answer; true for one caller only. */
  boolean claim() {
    if (!answered.compareAndSet(false, true)) {
      return false;
    }
    Runnable cancellation = timeoutCancellation;
    if (cancellation != null) {
      cancellation.run();
    }
    Lease holder = lease;
    if (holder != null) {
      holder.noteAnswered();
    }
    return true;
  }

  Responder responder() {
    return responder;
  }
}
