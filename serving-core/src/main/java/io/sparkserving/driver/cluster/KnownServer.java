package io.sparkserving.driver.cluster;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Silence;
import io.sparkserving.server.worker.WorkerServer;

/**
 * A server that has announced itself, and whether it is heard. Every method is called with the lock
 * of {@link KnownServers} held.
 */
final class KnownServer {
  /** Twice as long as a server that lives is silent. */
  private static final long DOUBTED_SECONDS = 10;

  private final Announcement announcement;
  private final Silence silence;
  private boolean silent;

  KnownServer(Announcement announcement, NanoClock clock) {
    this.announcement = announcement;
    this.silence = new Silence(clock);
  }

  Announcement announcement() {
    return announcement;
  }

  /** Whether the server has been silent for so long that it refuses requests, if it is there. */
  boolean isSilent() {
    return silent;
  }

  /** Notes that the server was heard; returns whether it had been silent. */
  boolean noteHeard() {
    boolean before = silent;
    silent = false;
    silence.end();
    return before;
  }

  /** Notes that nobody takes messages where the server is; returns false if it was silent. */
  boolean noteUnreachable() {
    boolean before = silent;
    silent = true;
    return !before;
  }

  /**
   * Looks for how long the server has been silent.
   *
   * @return whether it has been silent for long enough to be asked whether it is there
   */
  boolean isDoubted() {
    long seconds = silence.lookSeconds();
    silent = silent || seconds >= WorkerServer.LOST_SECONDS;
    return silent || seconds >= DOUBTED_SECONDS;
  }
}
