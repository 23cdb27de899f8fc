package io.sparkserving.operations.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.sparkserving.exchange.Measurements;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.metrics.DriverCounters;
import io.sparkserving.metrics.FunctionMeters;
import io.sparkserving.metrics.ServingMeter;
import io.sparkserving.metrics.ServingMeters;
import io.sparkserving.metrics.TimeMeter;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of metrics as Prometheus reads them. Servers and services count by themselves, so a page
 * is made when somebody asks, and is not kept. All threads may call all methods.
 */
public final class MetricsPage {
  /** Media type of a page. */
  public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusRegistry histograms = new PrometheusRegistry();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, histograms, Clock.SYSTEM);

  private MetricsPage() {}

  /**
   * Returns the metrics of servers of this JVM.
   *
   * @param measured servers; numbers of servers of one service are added
   */
  public static String ofServers(List<ServerExchanges> measured) {
    MetricsPage page = new MetricsPage();
    List<ServiceMeters> services =
        measured.stream()
            .collect(
                Collectors.groupingBy(
                    server -> server.configuration().name(),
                    TreeMap::new,
                    Collectors.toUnmodifiableList()))
            .entrySet()
            .stream()
            .map(entry -> new ServiceMeters(entry.getKey(), entry.getValue()))
            .toList();
    services.forEach(service -> service.register(page.registry, ServingLabels.of(service.name())));
    ServingMeters.TIMES.forEach(time -> page.registerTimes(time, services));
    List<MeasuredFunction> functions =
        services.stream()
            .flatMap(service -> service.functions(ServingLabels.of(service.name())).stream())
            .toList();
    page.register(functions);
    return page.render(List.of(services, functions));
  }

  /**
   * Returns what the driver counts of services with servers on executors.
   *
   * @param services the driver's counters, by name of the service
   */
  public static String ofDriver(Map<String, DriverCounters> services) {
    MetricsPage page = new MetricsPage();
    List<Supplier<List<DriverCounters>>> sources = new ArrayList<>();
    services.forEach(
        (name, counters) -> {
          Supplier<List<DriverCounters>> source = () -> List.of(counters);
          sources.add(source);
          ServingMeters.OF_DRIVER.forEach(
              meter ->
                  MeterRegistration.register(meter, page.registry, ServingLabels.of(name), source));
        });
    return page.render(sources);
  }

  /** Micrometer itself does not keep what it reads. */
  private String render(Object sources) {
    try {
      return registry.scrape(MEDIA_TYPE);
    } finally {
      Reference.reachabilityFence(sources);
    }
  }

  private void registerTimes(TimeMeter<Measurements> time, List<ServiceMeters> services) {
    registerHistogram(
        PrometheusNames.of(time),
        time.doc(),
        services.stream()
            .map(service -> service.times(time).dataPoint(ServingLabels.of(service.name()))));
  }

  private void register(List<MeasuredFunction> functions) {
    functions.forEach(function -> function.register(registry));
    if (!functions.isEmpty()) {
      registerHistogram(
          PrometheusNames.of(FunctionMeters.TIME),
          FunctionMeters.TIME.doc(),
          functions.stream().map(function -> function.times().dataPoint(function.tags())));
      registerHistogram(
          PrometheusNames.of(FunctionMeters.BATCH_ROWS, ServingMeter.Type.GAUGE, null),
          FunctionMeters.BATCH_ROWS_DOC,
          functions.stream().map(function -> function.batchRows().dataPoint(function.tags())));
    }
  }

  private void registerHistogram(
      String name, String doc, Stream<HistogramDataPointSnapshot> series) {
    HistogramSnapshot.Builder builder = HistogramSnapshot.builder().name(name).help(doc);
    series.forEach(builder::dataPoint);
    HistogramSnapshot snapshot = builder.build();
    histograms.register(() -> snapshot);
  }
}
