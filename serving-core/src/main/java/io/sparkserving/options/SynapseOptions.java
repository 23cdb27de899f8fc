package io.sparkserving.options;

import java.util.Map;
import java.util.TreeMap;

/**
 * Options that SynapseML's sources have under other names, so that its jobs run or are told why.
 */
final class SynapseOptions {
  private static final String MAX_PARTITIONS = "maxPartitions";

  /** What to do instead, for names in lower case that mean nothing here, or something else. */
  static final Map<String, String> INSTEAD =
      Map.of(
          "maxattempts",
          "set maxPortAttempts, for ports to try, or maxRequestAttempts, for tasks that fail.",
          "handlertimeout",
          "set requestTimeout, such as 60s, which is how long a request waits for its reply.",
          "handleresponseerrors",
          "leave it out, as a reply that fails is always answered with 500.",
          "deployloadbalancer",
          "leave it out, and set gateway.port, or see docs/load-balancing.md.");

  private SynapseOptions() {}

  /**
   * Gives the options with the names that they have here.
   *
   * @param options with case-insensitive keys
   * @return a map whose keys are case-insensitive too
   * @throws IllegalArgumentException if an option is given under both names
   */
  static Map<String, String> renamed(Map<String, String> options) {
    String partitions = options.get(MAX_PARTITIONS);
    if (partitions == null) {
      return options;
    }
    String ours = ReaderOptions.NUM_PARTITIONS.name();
    if (options.get(ours) != null) {
      throw new IllegalArgumentException(
          "Unsupported option '%s' beside '%s', which is its name here: leave it out."
              .formatted(MAX_PARTITIONS, ours));
    }
    Map<String, String> renamed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    renamed.putAll(options);
    renamed.remove(MAX_PARTITIONS);
    renamed.put(ours, partitions);
    return renamed;
  }
}
