package io.sparkserving.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One number that is read when somebody asks for it.
 *
 * @param name in Micrometer's form, of which every system makes its own
 * @param type whether it only grows
 * @param unit in the plural, or null where it counts things
 * @param doc what it says
 * @param reading reads it off one source
 */
record ServingMeter<T>(
    String name, Type type, @Nullable String unit, String doc, ToDoubleFunction<T> reading) {

  enum Type {
    COUNTER(Meter.Type.COUNTER),
    GAUGE(Meter.Type.GAUGE);

    private final Meter.Type micrometer;

    Type(Meter.Type micrometer) {
      this.micrometer = micrometer;
    }

    String shown() {
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

  String prometheusName() {
    return prometheusName(name, type, unit);
  }

  /** As it stands on a page; the convention leaves a counter's ending to whoever writes that. */
  static String prometheusName(String name, Type type, @Nullable String unit) {
    String stem = new PrometheusNamingConvention().name(name, type.micrometer, unit);
    return type == Type.COUNTER ? stem + "_total" : stem;
  }

  /**
   * Makes it known; of several sources it tells the sum.
   *
   * @param sources kept by whoever calls, for as long as they are to be told of
   */
  void register(MeterRegistry registry, Tags tags, Supplier<List<T>> sources) {
    if (type == Type.COUNTER) {
      FunctionCounter.builder(name, sources, this::sum)
          .tags(tags)
          .baseUnit(unit)
          .description(doc)
          .register(registry);
    } else {
      Gauge.builder(name, sources, this::sum)
          .tags(tags)
          .baseUnit(unit)
          .description(doc)
          .register(registry);
    }
  }

  private double sum(Supplier<List<T>> sources) {
    return sources.get().stream().mapToDouble(reading).sum();
  }
}
