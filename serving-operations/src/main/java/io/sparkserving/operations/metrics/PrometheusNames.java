package io.sparkserving.operations.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import io.sparkserving.metrics.ServingMeter;
import io.sparkserving.metrics.ServingMeter.Type;
import io.sparkserving.metrics.TimeMeter;
import org.jspecify.annotations.Nullable;

/** The names of meters on a page for Prometheus. */
final class PrometheusNames {
  private static final PrometheusNamingConvention CONVENTION = new PrometheusNamingConvention();

  private PrometheusNames() {}

  static String of(ServingMeter<?> meter) {
    return of(meter.name(), meter.type(), meter.unit());
  }

  static String of(TimeMeter<?> meter) {
    return CONVENTION.name(meter.name(), Meter.Type.TIMER, null);
  }

  /**
   * Returns the name of a meter on the page. The convention leaves a counter's ending to whoever
   * writes the page.
   */
  static String of(String name, Type type, @Nullable String unit) {
    return type == Type.COUNTER
        ? CONVENTION.name(name, Meter.Type.COUNTER, unit) + "_total"
        : CONVENTION.name(name, Meter.Type.GAUGE, unit);
  }
}
