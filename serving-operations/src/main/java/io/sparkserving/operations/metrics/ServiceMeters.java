package io.sparkserving.operations.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.sparkserving.exchange.CallerAnswers;
import io.sparkserving.exchange.FunctionMeasurements;
import io.sparkserving.exchange.Measurements;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.metrics.FunctionMeters;
import io.sparkserving.metrics.ServingMeters;
import io.sparkserving.metrics.TimeMeter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The meters of a service in this JVM.
 *
 * @param name of the service
 * @param servers of the service, all of them measured, whose numbers are added
 */
record ServiceMeters(String name, List<ServerExchanges> servers)
    implements Supplier<List<ServerExchanges>> {
  private static final int MOST_STATUS = 599;

  @Override
  public List<ServerExchanges> get() {
    return servers;
  }

  /** Registers all but the histograms; statuses are those that were answered so far. */
  void register(MeterRegistry registry, Tags tags) {
    ServingMeters.OF_SERVER.forEach(
        meter -> MeterRegistration.register(meter, registry, tags, this));
    for (int each = 0; each <= MOST_STATUS; each++) {
      int status = each;
      if (answers(status) > 0) {
        FunctionCounter.builder(ServingMeters.REQUESTS, this, meters -> meters.answers(status))
            .tags(tags.and(ServingMeters.STATUS, Integer.toString(status)))
            .description(ServingMeters.REQUESTS_DOC)
            .register(registry);
      }
    }
    registerCallers(registry, tags);
  }

  private void registerCallers(MeterRegistry registry, Tags tags) {
    measurements()
        .flatMap(each -> each.callers().kinds().stream())
        .distinct()
        .forEach(
            kind ->
                FunctionCounter.builder(
                        ServingMeters.CALLER_REQUESTS, this, meters -> meters.answers(kind))
                    .tags(tags.and(ServingMeters.CALLER, kind.caller()))
                    .tag(ServingMeters.STATUS, Integer.toString(kind.status()))
                    .description(ServingMeters.CALLER_REQUESTS_DOC)
                    .register(registry));
  }

  private long answers(CallerAnswers.Kind kind) {
    return measurements().mapToLong(each -> each.callers().count(kind)).sum();
  }

  private long answers(int status) {
    return measurements().mapToLong(each -> each.answers(status)).sum();
  }

  /** Returns how many answers have one of a hundred statuses, such as those from 200 on. */
  long answersFrom(int firstStatus) {
    long sum = 0;
    for (int status = firstStatus; status < firstStatus + 100; status++) {
      sum += answers(status);
    }
    return sum;
  }

  private Stream<Measurements> measurements() {
    return servers.stream().map(ServerExchanges::measurements).filter(Objects::nonNull);
  }

  HistogramSum times(TimeMeter<Measurements> meter) {
    return HistogramSum.ofTimes(measurements().map(meter.reading()));
  }

  /** The functions that work on rows of the service. */
  List<MeasuredFunction> functions(Tags tags) {
    Map<String, List<FunctionMeasurements>> byName =
        measurements()
            .flatMap(each -> each.functions().entrySet().stream())
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getKey,
                    TreeMap::new,
                    Collectors.mapping(Map.Entry::getValue, Collectors.toUnmodifiableList())));
    return byName.entrySet().stream()
        .map(
            entry ->
                new MeasuredFunction(
                    tags.and(FunctionMeters.FUNCTION, entry.getKey()), entry.getValue()))
        .toList();
  }
}
