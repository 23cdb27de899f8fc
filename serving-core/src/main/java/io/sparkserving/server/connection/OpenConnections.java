package io.sparkserving.server.connection;

import com.sun.management.UnixOperatingSystemMXBean;
import io.sparkserving.exchange.NanoClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of one kind in this JVM, at all ports together: they come out of one number
 * of descriptors, which Spark needs too. All threads may call all methods.
 */
final class OpenConnections {
  private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MOST_UNKNOWN = 10_000;

  /** Those of clients, of gateways too. */
  static final OpenConnections CLIENTS = new OpenConnections("clients");

  /** Those at ports for operators, which clients cannot use up. */
  static final OpenConnections OPERATORS = new OpenConnections("operators");

  /** What ports for operators take. */
  static final int MOST_OPERATORS = 100;

  private final String kind;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong lastTold = new AtomicLong(NanoClock.SYSTEM.nanoTime() - QUIET_NANOS);

  private OpenConnections(String kind) {
    this.kind = kind;
  }

  /**
   * What this JVM's descriptors allow: a third of them. A gateway has a connection to a server for
   * each of a client, and a third is left to Spark.
   */
  static int mostByDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? (int) Math.min(Integer.MAX_VALUE, Math.max(1, unix.getMaxFileDescriptorCount() / 3))
        : MOST_UNKNOWN;
  }

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  int number() {
    return open.get();
  }

  /** Whether there is room for one more; says in the log, now and then, that there is not. */
  boolean isBelow(int most) {
    if (open.get() < most) {
      return true;
    }
    long now = NanoClock.SYSTEM.nanoTime();
    long told = lastTold.get();
    if (now - told >= QUIET_NANOS && lastTold.compareAndSet(told, now)) {
      LOG.warn(
          "Refused a connection, as {} of {} are open, all that may be (maxConnections)."
              + " Raise it, and the limit of open files (ulimit -n) with it, if clients need more.",
          most,
          kind);
    }
    return false;
  }
}
