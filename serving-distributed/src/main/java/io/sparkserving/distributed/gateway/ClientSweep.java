package io.sparkserving.distributed.gateway;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Looks each second for clients who have left although their requests still wait at a server, and
 * lets the server know. A request that is answered sooner costs nothing: it is two sweeps that see
 * the same request wait. A sweep runs on the timer's thread; connections come and go on Jetty's.
 */
final class ClientSweep implements Runnable {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Set<RecallableEndPoint> connections = ConcurrentHashMap.newKeySet();
  private final Scheduler timer;
  private volatile boolean stopped;

  ClientSweep(Scheduler timer) {
    this.timer = timer;
  }

  /** Notes a connection to a server. */
  void opened(RecallableEndPoint connection) {
    connections.add(connection);
  }

  /** Forgets a connection. */
  void closed(RecallableEndPoint connection) {
    connections.remove(connection);
  }

  /** Comes again after a second, until {@link #stop}. */
  void schedule() {
    timer.schedule(this, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    if (stopped) {
      return;
    }
    try {
      connections.forEach(RecallableEndPoint::lookAfterClient);
    } finally {
      schedule();
    }
  }
}
