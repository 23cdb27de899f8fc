package io.sparkserving.operations.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.exchange.TimeHistogram;
import io.sparkserving.metrics.DriverCounters;
import io.sparkserving.metrics.ServingMeters;
import io.sparkserving.metrics.TimeMeter;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A page of metrics as Prometheus reads them. Servers and services count by themselves, so a page
 * is made when somebody asks, and is not kept. All threads may call all methods.
 */
public final class MetricsPage {
  /** Media type of a page. */
  public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusRegistry times = new PrometheusRegistry();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, times, Clock.SYSTEM);

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
    ServingMeters.TIMES.forEach(time -> page.times.register(() -> histogram(time, services)));
    return page.render(services);
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

  private static HistogramSnapshot histogram(TimeMeter time, List<ServiceMeters> services) {
    HistogramSnapshot.Builder snapshot =
        HistogramSnapshot.builder().name(PrometheusNames.of(time)).help(time.doc());
    services.forEach(service -> snapshot.dataPoint(dataPoint(time, service)));
    return snapshot.build();
  }

  private static HistogramDataPointSnapshot dataPoint(TimeMeter time, ServiceMeters service) {
    return HistogramDataPointSnapshot.builder()
        .labels(labels(ServingLabels.of(service.name())))
        .classicHistogramBuckets(
            ClassicHistogramBuckets.of(TimeHistogram.endsSeconds(), service.counts(time)))
        .sum(service.totalSeconds(time))
        .build();
  }

  private static Labels labels(Tags tags) {
    Labels.Builder labels = Labels.builder();
    for (Tag tag : tags) {
      labels.label(tag.getKey(), tag.getValue());
    }
    return labels.build();
  }
}
