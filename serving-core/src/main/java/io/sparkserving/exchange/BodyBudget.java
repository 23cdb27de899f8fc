package io.sparkserving.exchange;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of request bodies that this JVM holds: those that are being read, that wait, and that
 * tasks work on, of all its services together, as these share one heap; or those among them that
 * came on one connection. Whoever reserves bytes releases them when the request has ended. All
 * threads may call all methods, which never wait.
 */
public final class BodyBudget {
  private static final BodyBudget JVM = new BodyBudget();

  private final AtomicLong held = new AtomicLong();

  /** Begins with none. */
  public BodyBudget() {}

  /** The budget of this JVM. */
  public static BodyBudget jvm() {
    return JVM;
  }

  /**
   * Reserves bytes for a request, if all requests then hold no more than they may. A request that
   * is alone may hold any number: else one with a body larger than the limit could never be
   * answered.
   *
   * @param more how many
   * @param own what the request has reserved before
   * @param most what all requests may hold, as the request's service has it
   * @return false if the bytes are not to be held
   */
  public boolean reserve(long more, long own, long most) {
    long before = held.getAndAdd(more);
    if (before + more <= most || before == own) {
      return true;
    }
    held.addAndGet(-more);
    return false;
  }

  /** Gives bytes back that were reserved. */
  public void release(long bytes) {
    held.addAndGet(-bytes);
  }

  /** The bytes that are held now. */
  public long held() {
    return held.get();
  }
}
