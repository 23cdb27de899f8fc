package io.sparkserving.testing;

import java.time.Duration;

/**
 * How much a test of the tag {@code long} does. The system property {@code tests.volume} says how
 * many times as much as usually.
 */
public final class Volume {
  private static final int TIMES = Integer.getInteger("tests.volume", 1);

  private Volume() {}

  /** A number of requests, attacks or the like, from the usual one. */
  public static int of(int usual) {
    return Math.multiplyExact(usual, TIMES);
  }

  /** The time that the same may take, from the usual one. */
  public static Duration of(Duration usual) {
    return usual.multipliedBy(TIMES);
  }
}
