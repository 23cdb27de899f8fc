package io.sparkserving.exchange;

import io.sparkserving.options.ServiceConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many requests may wait, where more come than the query can answer. A queue that is long and
 * soon over harms nobody. One that stays long makes every request wait for what came before it,
 * until all are answered too late. So where requests have waited long for a while, or clients leave
 * before their requests are taken, only as many may wait as the query answers in a short time;
 * others are refused at once, until none had to be refused for a while. Every method is called with
 * the queue's lock held, but for those that say otherwise.
 */
final class LoadShedding {
  private static final Logger LOG = LoggerFactory.getLogger(LoadShedding.class);

  /** A wait that is long, where tasks take their shares at shorter times. */
  private static final long LONG_WAIT_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final int SHARES_IN_A_LONG_WAIT = 2;
  private static final long PERSISTENT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int LEAST_WAITING = 2;

  /** A time in which no task comes that tells of a standstill, where the query is quicker. */
  private static final long STANDSTILL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int TIMES_QUICKEST_OF_STANDSTILL = 4;

  /** Of such a time more than half without a request that waits: the query has time to spare. */
  private static final long SPARE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** More may wait than were answered in such a time: it is what waits that tasks can answer. */
  private static final double MARGIN = 1.25;

  /** Of five requests that are taken, one came too late: more are too many. */
  private static final int TAKEN_FOR_A_LATE_ONE = 4;

  private static final int TOO_MANY_LATE = 8 * TAKEN_FOR_A_LATE_ONE;
  private static final double NANOS_IN_A_SECOND = TimeUnit.SECONDS.toNanos(1);

  /** How long a request has to wait for it to be worth asking whether the client still does. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long PATIENCE_WHERE_MANY_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int LEAST_AHEAD = 4;
  private static final int MOST_AHEAD = 64;

  private final String service;
  private final boolean isAllowed;
  private final Pace pace;
  private final Throughput throughput;

  /** How many requests may wait, for those who look without the lock. */
  private volatile int mostWaiting = Integer.MAX_VALUE;

  private int tasks = LEAST_WAITING;
  private boolean isBegun;
  private boolean isLong;
  private long longSince;

  private int late;
  private long lastShortened;
  private long lastRefusal;
  private long spareSince;
  private long lastTaken;
  private boolean hasStoodStill;
  private long standstillEnd;

  /**
   * Begins with a query that nobody knows the speed of, and refuses nothing.
   *
   * @param answered how many requests the query has answered so far
   */
  LoadShedding(ServiceConfiguration configuration, Pace pace, LongSupplier answered) {
    this.service = configuration.name();
    this.isAllowed = configuration.loadShedding();
    this.pace = pace;
    this.throughput = new Throughput(answered);
  }

  /** Whether a request that comes when so many wait is sure to be taken in. Needs no lock. */
  boolean admitsAfter(int waiting) {
    return waiting < mostWaiting;
  }

  /** Whether more requests come than the query can answer. Needs no lock. */
  boolean isShedding() {
    return mostWaiting != Integer.MAX_VALUE;
  }

  /** How many requests a task may have that it has not answered. Needs no lock. */
  int mostAhead() {
    int most = Math.min(mostWaiting, pace.soonAnswered());
    return Math.max(LEAST_AHEAD, Math.min(MOST_AHEAD, most));
  }

  /** How long a request has to wait for its client to be looked after. Needs no lock. */
  long patienceNanos() {
    return isShedding() ? PATIENCE_WHERE_MANY_WAIT_NANOS : PATIENCE_NANOS;
  }

  /**
   * The answer to a request that would wait too long, or longer than its time-out; or null.
   *
   * @param waiting number of those that wait already
   */
  @Nullable ReplyMessage refusal(int waiting, long timeoutNanos, long now) {
    if (!isAllowed || waiting == 0) {
      return null;
    }
    measure(now);
    look(now);
    long wait = nanosFor(waiting, now);
    if (waiting >= mostWaiting) {
      lastRefusal = now;
      return Problems.overloaded(wait);
    }
    return wait > timeoutNanos ? Problems.overloaded(wait) : null;
  }

  /**
   * Notes that a task has taken requests, and takes out the newest of those that wait on, where too
   * many do; to be refused without the lock.
   */
  List<Exchange> noteTaken(int requests, WaitingExchanges waiting, long now) {
    if (!isAllowed) {
      return List.of();
    }
    lookForStandstill(now);
    Exchange oldestLeft = waiting.first();
    late = Math.max(0, late - requests);
    if (oldestLeft == null) {
      isLong = false;
      throughput.pause(now);
    } else {
      measure(now);
      lookForLongWait(oldestLeft, now);
    }
    look(now);
    if (waiting.size() <= mostWaiting) {
      return List.of();
    }
    lastRefusal = now;
    List<Exchange> shed = new ArrayList<>();
    while (waiting.size() > mostWaiting) {
      shed.add(waiting.removeLast());
    }
    return shed;
  }

  /**
   * Forgets all that was seen while no task came, as where an executor stood still or the query
   * could not start: it does not tell of how fast the query is.
   */
  private void lookForStandstill(long now) {
    long standstill =
        Math.max(STANDSTILL_NANOS, TIMES_QUICKEST_OF_STANDSTILL * pace.quickestNanos());
    if (now - lastTaken > standstill) {
      throughput.forget(now);
      end();
      hasStoodStill = true;
      standstillEnd = now;
    }
    lastTaken = now;
  }

  /**
   * Notes that another run of the query begins to take requests, or goes about those on which one
   * may have failed: what has waited for that is no sign of more requests than it can answer.
   */
  void noteResumed(long now) {
    hasStoodStill = true;
    standstillEnd = now;
    isLong = false;
    throughput.skip(now);
  }

  /** How long a request has waited for a query that went on. */
  private long waitNanos(Exchange exchange, long now) {
    long wait = now - exchange.arrivedNanos();
    return hasStoodStill ? Math.min(wait, now - standstillEnd) : wait;
  }

  private void lookForLongWait(Exchange oldest, long now) {
    long wait = waitNanos(oldest, now);
    if (wait < LONG_WAIT_NANOS || wait < SHARES_IN_A_LONG_WAIT * pace.shareNanos()) {
      isLong = false;
    } else if (!isLong) {
      isLong = true;
      longSince = now;
    } else if (now - longSince >= PERSISTENT_NANOS) {
      begin(now);
    }
  }

  /** Notes how many tasks share what waits: there has to be a request for each. */
  void noteTasks(int number) {
    tasks = Math.max(LEAST_WAITING, number);
  }

  /**
   * Notes that a client has left, or was sent away, before its request was answered. One that waits
   * for less than the query takes at its best tells nothing.
   */
  void noteLate(Exchange exchange, long now) {
    // The timer is not exact: it comes later than it was asked for.
    long patience = Math.min(now - exchange.arrivedNanos(), exchange.timeoutNanos());
    boolean isOfStandstill = hasStoodStill && exchange.arrivedNanos() - standstillEnd <= 0;
    if (!isAllowed || isOfStandstill || patience < pace.quickestNanos()) {
      return;
    }
    late += TAKEN_FOR_A_LATE_ONE;
    if (late < TOO_MANY_LATE) {
      return;
    }
    late = 0;
    if (!isBegun) {
      begin(now);
    } else if (now - lastShortened > pace.waitNanos()) {
      lastShortened = now;
      pace.shorten();
    }
    look(now);
  }

  private void begin(long now) {
    if (isBegun) {
      return;
    }
    isBegun = true;
    beginSpare(now);
    lastRefusal = now;
    lastShortened = now;
    LOG.warn(
        "Service {}: more requests come than the query answers, about {} a second; those that"
            + " would wait long are answered 503 from now on",
        service,
        Math.round(throughput.perNano() * NANOS_IN_A_SECOND * 10) / 10.0);
  }

  /** Whether few wait for most of the time: those who are refused have come at once, by chance. */
  private boolean hasTimeToSpare(long now) {
    long nanos = now - spareSince;
    if (nanos < SPARE_NANOS) {
      return false;
    }
    boolean isSpare = throughput.pausedNanos(now) > nanos / 2;
    beginSpare(now);
    return isSpare;
  }

  private void beginSpare(long now) {
    spareSince = now;
    throughput.countPauses(now);
  }

  private void end() {
    if (isBegun) {
      LOG.info("Service {}: the query answers all requests again", service);
    }
    isBegun = false;
    isLong = false;
    late = 0;
  }

  /** Sees how many requests may wait now. */
  private void look(long now) {
    if (isBegun && (now - lastRefusal > CALM_NANOS || hasTimeToSpare(now))) {
      end();
    }
    int most = isBegun ? mostThatMayWait() : Integer.MAX_VALUE;
    if (most != mostWaiting) {
      mostWaiting = most;
    }
  }

  private int mostThatMayWait() {
    double perNano = throughput.perNano();
    if (perNano == 0) {
      return Integer.MAX_VALUE;
    }
    double most = Math.ceil(MARGIN * perNano * pace.waitNanos());
    return (int) Math.max(tasks, Math.min(Integer.MAX_VALUE - 1, most));
  }

  /** Measures the query, which may have done less than it can where nobody was refused of late. */
  private void measure(long now) {
    throughput.look(now, isBegun && now - lastRefusal > PERSISTENT_NANOS);
  }

  /** How long it takes the query to answer so many requests; 0 if nothing is known of it now. */
  long nanosFor(int requests, long now) {
    double perNano = throughput.isRecent(now) ? throughput.perNano() : 0;
    return perNano == 0 ? 0 : (long) (requests / perNano);
  }
}
