package io.sparkserving.metrics;

import io.sparkserving.exchange.ServerExchanges;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What Spark's progress reports say of a service, as text, which is all that they carry. */
public final class ProgressMetrics {
  private ProgressMetrics() {}

  /** Of a server in this JVM; nothing if it is not measured. */
  public static Map<String, String> of(ServerExchanges server) {
    return server.measurements() == null ? Map.of() : read(ServingMeters.OF_SERVER, server);
  }

  /** The part of them that is about replies. */
  public static Map<String, String> ofReplies(ServerExchanges server) {
    Map<String, String> replies = new TreeMap<>(of(server));
    replies.keySet().removeIf(name -> !name.startsWith("replies"));
    return replies;
  }

  /** Of a service whose servers are on executors: what the driver knows without asking them. */
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
