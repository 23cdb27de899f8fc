package io.sparkserving.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import io.sparkserving.exchange.Measurements;
import io.sparkserving.exchange.TimeHistogram;
import java.util.function.Function;

/**
 * How long something takes, in seconds.
 *
 * @param name as that of a {@link ServingMeter}
 * @param doc what it says
 * @param reading finds it
 */
record TimeMeter(String name, String doc, Function<Measurements, TimeHistogram> reading) {

  String prometheusName() {
    return new PrometheusNamingConvention().name(name, Meter.Type.TIMER, null);
  }
}
