package io.sparkserving.driver.cluster;

import io.netty.util.Timer;
import java.util.concurrent.TimeUnit;

/** Has a coordinator look for servers that are silent, once a second, on the timer's thread. */
final class SilenceWatch {
  private static final long PERIOD_SECONDS = 1;

  private final Timer timer;
  private final Coordinator coordinator;
  private volatile boolean stopped;

  private SilenceWatch(Timer timer, Coordinator coordinator) {
    this.timer = timer;
    this.coordinator = coordinator;
  }

  /** Begins to watch. */
  static SilenceWatch start(Timer timer, Coordinator coordinator) {
    SilenceWatch watch = new SilenceWatch(timer, coordinator);
    watch.lookLater();
    return watch;
  }

  private void lookLater() {
    timer.newTimeout(fired -> look(), PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  private void look() {
    if (!stopped) {
      lookLater();
      coordinator.lookForSilentServers();
    }
  }

  /** Ends the watch. */
  void stop() {
    stopped = true;
  }
}
