package io.sparkserving.testing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a load run saw.
 *
 * @param requests how many were to be sent
 * @param byStatus how many answers came with each status
 * @param mismatches how many answers were not the one their request asked for
 * @param errors requests that got no whole answer: broken connections, and those over the time
 *     limit
 */
public record LoadReport(
    int requests,
    SortedMap<Integer, Integer> byStatus,
    int mismatches,
    List<String> firstMismatches,
    int errors,
    List<String> firstErrors,
    Duration elapsed) {

  public double requestsPerSecond() {
    return requests * 1e9 / Math.max(1, elapsed.toNanos());
  }

  /** True when every request got an answer of this status, and each its own. */
  public boolean isAll(int status) {
    return byStatus.equals(Map.of(status, requests)) && mismatches == 0 && errors == 0;
  }
}
