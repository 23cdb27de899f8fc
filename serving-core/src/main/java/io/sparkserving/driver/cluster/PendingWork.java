package io.sparkserving.driver.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.server.worker.Announcement;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the next batch of a query has to do: take requests that wait at servers, and start servers
 * on executors that lack one. The query's thread waits here for work and plans it; all other
 * methods may be called on all threads, and do not wait.
 *
 * <p>The known servers are asked with this object's lock held, and never the other way round.
 */
public final class PendingWork {
  private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

  /** Of many servers at which requests begin to wait at once, one has the batch hurried. */
  private static final long HURRY_NANOS = Duration.ofMillis(100).toNanos();

  private final KnownServers servers;
  private final NanoClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Ids of the servers at which requests wait. */
  @GuardedBy("lock")
  private final Set<String> waiting = new TreeSet<>();

  @GuardedBy("lock")
  private long term;

  @GuardedBy("lock")
  private boolean executorsChanged = true;

  /** Whether a batch goes on that was planned before anything that is heard of now. */
  @GuardedBy("lock")
  private boolean batchGoesOn;

  /** When the batch that goes on was told last to end. */
  @GuardedBy("lock")
  private OptionalLong hurriedNanos = OptionalLong.empty();

  /** When to look for executors without a server, though nothing has changed. */
  @GuardedBy("lock")
  private OptionalLong lookAgainNanos = OptionalLong.empty();

  PendingWork(KnownServers servers, NanoClock clock) {
    this.servers = servers;
    this.clock = clock;
  }

  /** The term that requests are for now. */
  long term() {
    lock.lock();
    try {
      return term;
    } finally {
      lock.unlock();
    }
  }

  /** Begins a term, unless a later one has begun. */
  void beginTerm(long begun) {
    lock.lock();
    try {
      term = Math.max(term, begun);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that requests wait at a server where no task is to take them. A server that clients
   * should not call does not count.
   *
   * @return whether a batch that goes on should end soon, so that the next one can take them
   */
  boolean noteWaiting(String serverId) {
    lock.lock();
    try {
      if (!servers.isInService(serverId)) {
        return false;
      }
      waiting.add(serverId);
      changed.signalAll();
      return isUrgent();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that servers may have been taken out of service: no batch is needed for them any more.
   */
  void serversLeft() {
    lock.lock();
    try {
      waiting.removeIf(serverId -> !servers.isInService(serverId));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that an executor may lack a server; the next batch starts one there.
   *
   * @return whether a batch that goes on should end soon
   */
  boolean serverIsMissing() {
    lock.lock();
    try {
      executorsChanged = true;
      changed.signalAll();
      return isUrgent();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a batch goes on that is to be told to end. */
  @GuardedBy("lock")
  private boolean isUrgent() {
    long now = clock.nanoTime();
    boolean urgent =
        batchGoesOn && (hurriedNanos.isEmpty() || now - hurriedNanos.getAsLong() >= HURRY_NANOS);
    if (urgent) {
      hurriedNanos = OptionalLong.of(now);
    }
    return urgent;
  }

  /** Notes that a query has ended; requests that its tasks held wait again, at any server. */
  void release() {
    lock.lock();
    try {
      servers.inService().forEach(server -> waiting.add(server.serverId()));
      executorsChanged = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something to do in a term: requests wait somewhere, or an executor may
   * lack a server. Called on the query's thread, when its last batch has ended.
   *
   * @return false if there was nothing in time
   * @throws InterruptedException if the query is being stopped
   */
  public boolean await(long inTerm, long timeoutMillis) throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    lock.lockInterruptibly();
    try {
      batchGoesOn = false;
      while (inTerm != term || !isAny()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean isAny() {
    return !waiting.isEmpty() || executorsChanged || isTimeToLook();
  }

  @GuardedBy("lock")
  private boolean isTimeToLook() {
    return lookAgainNanos.isPresent() && clock.nanoTime() - lookAgainNanos.getAsLong() > 0;
  }

  /** Notes that some executor may still lack a server when the batch is over. */
  public void lookAgainLater() {
    lock.lock();
    try {
      lookAgainNanos = OptionalLong.of(clock.nanoTime() + LOOK_AGAIN_NANOS);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the work of a batch that is being planned; work that comes later is for the next batch.
   *
   * @return Spark's ids of the executors at whose servers requests wait
   */
  public Set<String> takeWaitingExecutors() {
    lock.lock();
    try {
      Set<String> executors = new TreeSet<>();
      for (Announcement server : servers.all()) {
        if (waiting.contains(server.serverId())) {
          executors.add(server.executorId());
        }
      }
      waiting.clear();
      executorsChanged = false;
      batchGoesOn = true;
      hurriedNanos = OptionalLong.empty();
      lookAgainNanos = OptionalLong.empty();
      return executors;
    } finally {
      lock.unlock();
    }
  }
}
