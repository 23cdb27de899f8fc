package io.sparkserving.metrics;

import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One number that is read when somebody asks for it.
 *
 * @param <T> the source that the number is read off
 * @param name dotted name that begins with {@value #PREFIX}, of which every monitoring system makes
 *     its own
 * @param type whether the number only grows
 * @param unit unit in the plural, such as {@code bytes}, or null where things are counted
 * @param doc what the number says, one sentence for documentation and pages
 * @param reading reads the number off one source, on the thread that asks
 */
public record ServingMeter<T>(
    String name, Type type, @Nullable String unit, String doc, ToDoubleFunction<T> reading) {
  private static final String PREFIX = "spark.serving.";

  /** Whether a number only grows. */
  public enum Type {
    /** A number that only grows. */
    COUNTER,
    /** A number that goes up and down. */
    GAUGE;

    /** The type as documentation and pages name it. */
    public String shown() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static <T> ServingMeter<T> counter(String name, String doc, ToDoubleFunction<T> reading) {
    return new ServingMeter<>(name, Type.COUNTER, null, doc, reading);
  }

  static <T> ServingMeter<T> gauge(String name, String doc, ToDoubleFunction<T> reading) {
    return new ServingMeter<>(name, Type.GAUGE, null, doc, reading);
  }

  ServingMeter<T> in(String givenUnit) {
    return new ServingMeter<>(name, type, givenUnit, doc, reading);
  }

  /**
   * Returns a meter's name without {@value #PREFIX}, for places that say already what the meter is
   * about.
   */
  public static String shortened(String meter) {
    return meter.substring(PREFIX.length());
  }
}
