package io.sparkserving.metrics;

import io.sparkserving.exchange.ServerExchanges;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Meters of a service for Spark's progress reports, which carry text: values by short name. */
public final class ProgressMetrics {
  private ProgressMetrics() {}

  /** Reads the meters of a server in this JVM; none if its service is not measured. */
  public static Map<String, String> of(ServerExchanges server) {
    return server.measurements() == null ? Map.of() : read(ServingMeters.OF_SERVER, server);
  }

  /** Reads the meters of a server in this JVM that are about replies. */
  public static Map<String, String> ofReplies(ServerExchanges server) {
    Map<String, String> replies = new TreeMap<>(of(server));
    replies.keySet().removeIf(name -> !name.startsWith("replies"));
    return replies;
  }

  /**
   * Reads the meters on the driver of a service whose servers are on executors, without asking the
   * executors.
   */
  public static Map<String, String> of(DriverCounters counters) {
    return read(ServingMeters.OF_DRIVER, counters);
  }

  private static <T> Map<String, String> read(List<ServingMeter<T>> meters, T source) {
    Map<String, String> values = new TreeMap<>();
    for (ServingMeter<T> meter : meters) {
      double value = meter.reading().applyAsDouble(source);
      boolean whole = value == Math.rint(value);
      values.put(
          ServingMeter.shortened(meter.name()),
          whole ? Long.toString((long) value) : Double.toString(value));
    }
    return values;
  }
}
