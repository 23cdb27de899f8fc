package io.sparkserving.operations.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.sparkserving.exchange.FunctionMeasurements;
import io.sparkserving.metrics.FunctionMeters;
import java.util.List;
import java.util.function.Supplier;

/**
 * A function that a query runs on the rows of a service in this JVM.
 *
 * @param tags of its service, and its own
 * @param measurements of the function for each server of the service, which are added
 */
record MeasuredFunction(Tags tags, List<FunctionMeasurements> measurements)
    implements Supplier<List<FunctionMeasurements>> {

  @Override
  public List<FunctionMeasurements> get() {
    return measurements;
  }

  /** Registers all but the histograms; kinds of errors are those that there were so far. */
  void register(MeterRegistry registry) {
    FunctionMeters.OF_FUNCTION.forEach(
        meter -> MeterRegistration.register(meter, registry, tags, this));
    measurements.stream()
        .flatMap(each -> each.errorKinds().stream())
        .distinct()
        .forEach(
            kind ->
                FunctionCounter.builder(FunctionMeters.ERRORS, this, all -> all.errors(kind))
                    .tags(tags.and(FunctionMeters.KIND, kind))
                    .description(FunctionMeters.ERRORS_DOC)
                    .register(registry));
  }

  private long errors(String kind) {
    return measurements.stream().mapToLong(each -> each.errors(kind)).sum();
  }

  HistogramSum times() {
    return HistogramSum.ofTimes(measurements.stream().map(FunctionMeters.TIME.reading()));
  }

  HistogramSum batchRows() {
    return HistogramSum.ofSizes(measurements.stream().map(FunctionMeasurements::batchRows));
  }
}
