package io.sparkserving.exchange;

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
 * the queue's lock held.
 */
final class LoadShedding {
  private static final Logger LOG = LoggerFactory.getLogger(LoadShedding.class);

  /** A wait that is long, where tasks take their shares at shorter times. */
  private static final long LONG_WAIT_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final int SHARES_IN_A_LONG_WAIT = 2;
  private static final long PERSISTENT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int LEAST_WAITING = 2;

  /** Of five requests that are taken, one came too late: more are too many. */
  private static final int TAKEN_FOR_A_LATE_ONE = 4;

  private static final int TOO_MANY_LATE = 8 * TAKEN_FOR_A_LATE_ONE;
  private static final double NANOS_IN_A_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final String service;
  private final Pace pace;
  private final Throughput throughput;
  private int tasks = LEAST_WAITING;
  private boolean isShedding;
  private boolean isLong;
  private long longSince;
  private int late;
  private long lastShortened;
  private long lastRefusal;

  /**
   * Begins with a query that nobody knows the speed of, and refuses nothing.
   *
   * @param service name for the log
   * @param answered how many requests the query has answered so far
   */
  LoadShedding(String service, Pace pace, LongSupplier answered) {
    this.service = service;
    this.pace = pace;
    this.throughput = new Throughput(answered);
  }

  /**
   * Notes that a task has taken requests.
   *
   * @param oldestLeft the oldest request that waits on, or null
   */
  void noteTaken(int requests, @Nullable Exchange oldestLeft, long now) {
    late = Math.max(0, late - requests);
    if (oldestLeft == null) {
      isLong = false;
      if (!isShedding) {
        throughput.pause();
      }
      return;
    }
    throughput.look(now, isShedding && now - lastRefusal > PERSISTENT_NANOS);
    if (isShedding) {
      return;
    }
    long wait = now - oldestLeft.arrivedNanos();
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

  /** Notes that a client has not waited for its answer as long as that takes. */
  void noteLate(long now) {
    if (!isShedding) {
      late += TAKEN_FOR_A_LATE_ONE;
      if (late >= TOO_MANY_LATE) {
        begin(now);
      }
    } else if (now - lastShortened > pace.waitNanos()) {
      lastShortened = now;
      pace.shorten();
    }
  }

  private void begin(long now) {
    isShedding = true;
    lastRefusal = now;
    lastShortened = now;
    LOG.warn(
        "Service {}: more requests come than the query answers, about {} a second; those that"
            + " would wait long are answered 503 from now on",
        service,
        Math.round(throughput.perNano() * NANOS_IN_A_SECOND * 10) / 10.0);
  }

  /** How many requests may wait now. */
  int mostWaiting(long now) {
    if (isShedding && now - lastRefusal > CALM_NANOS) {
      isShedding = false;
      isLong = false;
      late = 0;
      LOG.info("Service {}: the query answers all requests again", service);
    }
    double perNano = throughput.perNano();
    if (!isShedding || perNano == 0) {
      return Integer.MAX_VALUE;
    }
    double most = Math.ceil(perNano * pace.waitNanos());
    return (int) Math.max(tasks, Math.min(Integer.MAX_VALUE, most));
  }

  /** Notes that a request was refused because too many wait. */
  void noteRefusal(long now) {
    lastRefusal = now;
    throughput.look(now, false);
  }

  /** How long it takes the query to answer so many requests; 0 if nothing is known of it. */
  long nanosFor(int requests) {
    double perNano = throughput.perNano();
    return perNano == 0 ? 0 : (long) (requests / perNano);
  }
}
