package io.sparkserving.exchange;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The one timer of this JVM, for the time-outs of all services. Its thread is a daemon. */
public final class ServiceTimer {
  /** How late a time-out may come. The thread wakes that often in a JVM where nothing happens. */
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
