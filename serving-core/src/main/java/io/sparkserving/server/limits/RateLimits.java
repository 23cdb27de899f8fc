package io.sparkserving.server.limits;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketListener;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.MathType;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.LocalBucket;
import io.github.bucket4j.local.LockFreeBucket;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.options.RateLimitConfiguration.Rate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How many requests a server still takes from each of those who send some. Everybody has a bucket
 * of tokens, which is full at first, and fills again evenly within the window. All threads may call
 * all methods; none waits.
 */
public final class RateLimits {
  private final Rate rate;
  private final RecentlySeen<LocalBucket> buckets;

  /** Limits everybody to a rate, on this clock. */
  public RateLimits(Rate rate, NanoClock clock) {
    this.rate = rate;
    BucketConfiguration each =
        BucketConfiguration.builder()
            .addLimit(
                Bandwidth.builder()
                    .capacity(rate.requests())
                    .refillGreedy(rate.requests(), rate.window())
                    .build())
            .build();
    TimeMeter meter = new Meter(clock);
    // Who is forgotten has been away for a window, so that the bucket is full anyway.
    this.buckets =
        new RecentlySeen<>(
            () -> new LockFreeBucket(each, MathType.INTEGER_64_BITS, meter, BucketListener.NOPE),
            rate.window(),
            clock);
  }

  /**
   * Counts a request.
   *
   * @param key whose request it is
   */
  public Count count(String key) {
    ConsumptionProbe probe = buckets.get(key).tryConsumeAndReturnRemaining(1);
    long remaining = probe.getRemainingTokens();
    long nanos =
        probe.isConsumed()
            ? nanosToNext(probe.getNanosToWaitForReset(), remaining)
            : probe.getNanosToWaitForRefill();
    return new Count(probe.isConsumed(), remaining, secondsRoundedUp(nanos));
  }

  /** Tokens come evenly, so those after the next take their share of the time to the last. */
  private long nanosToNext(long nanosToLast, long remaining) {
    double share = (double) (rate.requests() - remaining - 1) / rate.requests();
    return nanosToLast - Math.round(rate.window().toNanos() * share);
  }

  private static long secondsRoundedUp(long nanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + Duration.ofSeconds(1).toNanos() - 1));
  }

  /**
   * What has come of a request.
   *
   * @param isWithin whether the server takes the request
   * @param remaining further requests that the server would take now
   * @param seconds until it would take one more than that; at least 1
   */
  public record Count(boolean isWithin, long remaining, long seconds) {}

  private record Meter(NanoClock clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return clock.nanoTime();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
