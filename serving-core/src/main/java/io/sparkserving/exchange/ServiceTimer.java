package io.sparkserving.exchange;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The one timer of this JVM, for the time-outs of all services. Its thread is a daemon. */
public final class ServiceTimer {
  /** Longest delay of a time-out. The thread wakes so often in a JVM where nothing happens. */
  private static final long TICK_MILLIS = 100;

  private static final Timer JVM =
      new HashedWheelTimer(
          new DefaultThreadFactory("spark-serving-timer", true),
          TICK_MILLIS,
          TimeUnit.MILLISECONDS);

  private ServiceTimer() {}

  /** Returns the timer of this JVM. */
  public static Timer jvm() {
    return JVM;
  }
}
