package io.sparkserving.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Counts on the driver, of a service whose servers are on executors. Any thread may call. */
public final class DriverCounters {
  private final IntSupplier servers;
  private final LongSupplier gatewayRetries;
  private final LongSupplier lostReplies;
  private final LongAdder restarts = new LongAdder();

  /**
   * @param servers reads how many servers there are now
   * @param gatewayRetries reads how often the gateway has tried again so far
   * @param lostReplies reads how many replies tasks could not deliver so far
   */
  public DriverCounters(
      IntSupplier servers, LongSupplier gatewayRetries, LongSupplier lostReplies) {
    this.servers = servers;
    this.gatewayRetries = gatewayRetries;
    this.lostReplies = lostReplies;
  }

  /** Notes that the service's query is started again. */
  public void noteRestart() {
    restarts.increment();
  }

  /** How many servers there are now. */
  public int servers() {
    return servers.getAsInt();
  }

  /** How often the gateway sent a request to another server, or again. */
  public long gatewayRetries() {
    return gatewayRetries.getAsLong();
  }

  /** How many replies tasks could not deliver to their servers. */
  public long lostReplies() {
    return lostReplies.getAsLong();
  }

  /** How often the service's query was started again. */
  public long restarts() {
    return restarts.sum();
  }
}
