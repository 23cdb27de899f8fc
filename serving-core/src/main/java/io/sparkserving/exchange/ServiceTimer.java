package io.sparkserving.exchange;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The one timer of this JVM, for the time-outs of all services. Its thread is a daemon. */
public final class ServiceTimer {
  private static final Timer JVM =
      new HashedWheelTimer(
          new DefaultThreadFactory("spark-serving-timer", true), 20, TimeUnit.MILLISECONDS);

  private ServiceTimer() {}

  /** The timer. */
  public static Timer jvm() {
    return JVM;
  }
}
