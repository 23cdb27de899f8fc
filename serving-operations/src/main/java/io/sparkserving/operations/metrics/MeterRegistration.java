package io.sparkserving.operations.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.sparkserving.metrics.ServingMeter;
import io.sparkserving.metrics.ServingMeter.Type;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Makes meters known to Micrometer. */
final class MeterRegistration {
  private MeterRegistration() {}

  /**
   * Registers a meter, which tells the sum of several sources.
   *
   * @param sources kept by the caller for as long as the meter is to be read
   */
  static <T> void register(
      ServingMeter<T> meter, MeterRegistry registry, Tags tags, Supplier<List<T>> sources) {
    ToDoubleFunction<Supplier<List<T>>> sum =
        all -> all.get().stream().mapToDouble(meter.reading()).sum();
    if (meter.type() == Type.COUNTER) {
      FunctionCounter.builder(meter.name(), sources, sum)
          .tags(tags)
          .baseUnit(meter.unit())
          .description(meter.doc())
          .register(registry);
    } else {
      Gauge.builder(meter.name(), sources, sum)
          .tags(tags)
          .baseUnit(meter.unit())
          .description(meter.doc())
          .register(registry);
    }
  }
}
