package io.sparkserving.query;

import java.util.Map;

/**
 * How Spark writes down how far a query has come. Spark 4.3 does it asynchronously for real-time
 * queries that keep no state, unless the query says otherwise, and only where it knows the sink by
 * its name, which is no other library's.
 */
public final class ProgressTracking {
  /** The options of a writer whose query any Spark starts, as far as this matters. */
  public static final Map<String, String> SYNCHRONOUS =
      Map.of("asyncProgressTrackingEnabled", "false");

  private static final String ASYNCHRONOUS = "async progress tracking";

  private ProgressTracking() {}

  /** Whether an exception is the refusal to start a query that tracks asynchronously. */
  static boolean isRefused(Exception e) {
    String message = e.getMessage();
    return e instanceof IllegalArgumentException
        && message != null
        && message.contains(ASYNCHRONOUS);
  }
}
