package io.sparkserving.metrics;

import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One number that is read when somebody asks for it.
 *
 * @param <T> the source that it is read off
 * @param name dotted and below {@value #PREFIX}, of which every monitoring system makes its own
 * @param type whether it only grows
 * @param unit in the plural, or null where it counts things
 * @param doc what it says
 * @param reading reads it off one source
 */
public record ServingMeter<T>(
    String name, Type type, @Nullable String unit, String doc, ToDoubleFunction<T> reading) {
  private static final String PREFIX = "spark.serving.";

  /** Whether a number only grows. */
  public enum Type {
    /** It only grows. */
    COUNTER,
    /** It goes up and down. */
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

  /** A meter's name below {@value #PREFIX}, for whoever has said already what it is of. */
  public static String shortened(String meter) {
    return meter.substring(PREFIX.length());
  }
}
